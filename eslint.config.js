import js from '@eslint/js';
import { configs as wdio } from 'eslint-plugin-wdio';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

const nodeTest = {
  from: 'package',
  package: 'node:test',
  name: ['test', 'it', 'suite', 'describe', 'before', 'after', 'beforeEach', 'afterEach'],
};

const BROWSER = [
  ...[
    'addEventListener',
    'AudioContext',
    'clearTimeout',
    'CSS',
    'CustomEvent',
    'document',
    'Event',
    'EventSource',
  ],
  ...['EventTarget', 'fetch', 'FormData', 'getComputedStyle', 'location', 'localStorage', 'matchMedia'],
  ...[
    'performance',
    'sessionStorage',
    'setInterval',
    'setTimeout',
    'clearInterval',
    'URLSearchParams',
    'history',
  ],
];

export default defineConfig(
  globalIgnores(['dist', 'runs', 'logs']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // In a function with `await using` a promise that is returned unawaited goes on after all is closed.
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [nodeTest] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A method that answers a port's Promise is async whether it waits for something or not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // They run in a browser.
    files: ['src/ui/client/*.js'],
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['specs/**/*.ts', 'pageobjects/**/*.ts'],
    extends: [wdio['flat/recommended']],
    // The rule of typescript-eslint above finds the same, and knows node:test.
    rules: { 'wdio/no-floating-promise': 'off' },
  },
  // Output belongs to the doors.
  {
    files: ['src/**/*.ts', 'pageobjects/**/*.ts'],
    ignores: ['src/cli/**', 'src/checks/**', '**/*.test.ts'],
    rules: { 'no-console': 'error' },
  },
  // Of users of the package, which is not installed here.
  {
    files: ['examples/**/*.ts'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
);
