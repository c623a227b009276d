import { resolve } from 'node:path';
import ts from 'typescript';

/** Asks the type checker about changed files, with the rest of the project kept in memory. */
export class TypeChecker {
  readonly #changed = new Map<string, string>();
  readonly #versions = new Map<string, number>();
  readonly #folder: string;
  readonly #service: ts.LanguageService;

  constructor(folder: string) {
    this.#folder = folder;
    const config = ts.readConfigFile(resolve(folder, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
    this.#service = ts.createLanguageService(
      {
        getCompilationSettings: () => options,
        getScriptFileNames: () => fileNames,
        getScriptVersion: (path) => `${this.#versions.get(path) ?? 0}`,
        getScriptSnapshot: (path) => {
          const text = this.#changed.get(path) ?? ts.sys.readFile(path);
          return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
        },
        getCurrentDirectory: () => folder,
        getDefaultLibFileName: (wanted) => ts.getDefaultLibFilePath(wanted),
        fileExists: (path) => ts.sys.fileExists(path),
        readFile: (path, encoding) => ts.sys.readFile(path, encoding),
        readDirectory: (...wanted) => ts.sys.readDirectory(...wanted),
        directoryExists: (path) => ts.sys.directoryExists(path),
        getDirectories: (path) => ts.sys.getDirectories(path),
        realpath: (path) => ts.sys.realpath?.(path) ?? path,
      },
      ts.createDocumentRegistry(),
    );
  }

  /** Whether the file with this text, or one of those that import it, has an error of types. */
  refuses(file: string, text: string, loadedBy: readonly string[]): boolean {
    const [path = '', ...importers] = [file, ...loadedBy].map((one) => resolve(this.#folder, one));
    this.#set(path, text);
    try {
      return [path, ...importers].some(
        (one) =>
          this.#service.getSyntacticDiagnostics(one).length > 0 ||
          this.#service.getSemanticDiagnostics(one).length > 0,
      );
    } finally {
      this.#set(path, undefined);
    }
  }

  #set(path: string, text: string | undefined): void {
    if (text === undefined) this.#changed.delete(path);
    else this.#changed.set(path, text);
    this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
  }
}
