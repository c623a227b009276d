import { ESLint } from 'eslint';
import ts from 'typescript';

/**
 * Types and lint rules of the folder this is started in, on one program: with one each, both would parse and
 * resolve all that is imported.
 */

const config = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  },
);
if (!config) throw new Error('tsconfig.json cannot be read');
const program = ts.createProgram({ rootNames: config.fileNames, options: config.options });
const wrong = [...config.errors, ...ts.getPreEmitDiagnostics(program)];
const place = {
  getCanonicalFileName: (name: string) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

const eslint = new ESLint({
  overrideConfig: [
    {
      files: ['**/*.ts'],
      // They are no part of the program: their lint rules use no types.
      ignores: ['examples/**'],
      languageOptions: { parserOptions: { projectService: false, programs: [program] } },
    },
  ],
});
const results = await eslint.lintFiles(['.']);
const isClean = results.every(({ messages }) => messages.length === 0);
if (wrong.length > 0) console.log(ts.formatDiagnostics(wrong, place));
if (!isClean) console.log(await (await eslint.loadFormatter('stylish')).format(results));
process.exitCode = wrong.length > 0 || !isClean ? 1 : 0;
