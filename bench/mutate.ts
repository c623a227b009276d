import { createHash } from 'node:crypto';
import ts from 'typescript';

/** One small change to a source file that a test should notice. */
export interface Mutant {
  file: string;
  operator: Operator;
  /** From one. */
  line: number;
  /** Where in the text, and what stands there instead. */
  start: number;
  end: number;
  instead: string;
  /** What runs wherever the change would be run: of an operator what stands before it. */
  runs: number;
}

export const operators = [
  'negate',
  'and-or',
  'compare',
  'drop-throw',
  'drop-call',
  'string',
  'number',
  'undefined',
] as const;
export type Operator = (typeof operators)[number];

const OTHER: Partial<Record<ts.SyntaxKind, [Operator, string]>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: ['and-or', '||'],
  [ts.SyntaxKind.BarBarToken]: ['and-or', '&&'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['compare', '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['compare', '==='],
  [ts.SyntaxKind.LessThanToken]: ['compare', '<='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['compare', '<'],
  [ts.SyntaxKind.GreaterThanToken]: ['compare', '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['compare', '>'],
};

/** Every change there is to a file. Types are left alone: nothing runs of them. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const change = (
    operator: Operator,
    node: ts.Node,
    instead: string,
    start = node.getStart(),
    end = node.end,
    runs = start,
  ) => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    if (instead !== text.slice(start, end)) found.push({ file, operator, line, start, end, instead, runs });
  };
  const negate = (condition: ts.Expression) => change('negate', condition, `!(${condition.getText()})`);

  const visit = (node: ts.Node): void => {
    if (
      ts.isTypeNode(node) ||
      ts.isImportDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node)
    )
      return;
    if (ts.isIfStatement(node) || ts.isWhileStatement(node)) negate(node.expression);
    else if (ts.isConditionalExpression(node)) negate(node.condition);
    else if (ts.isThrowStatement(node)) change('drop-throw', node, ';');
    else if (ts.isExpressionStatement(node) && isCall(node.expression)) change('drop-call', node, ';');
    else if (ts.isReturnStatement(node) && node.expression) change('undefined', node.expression, 'undefined');
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) change('undefined', node.body, 'undefined');
    else if (ts.isBinaryExpression(node)) {
      const other = OTHER[node.operatorToken.kind];
      const token = node.operatorToken;
      if (other) change(other[0], token, other[1], token.getStart(), token.end, node.getStart());
    } else if (ts.isNumericLiteral(node))
      change('number', node, `${Number(node.text.replaceAll('_', '')) + 1}`);
    else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      // A string with a space in it is for people; one without is a name, whose change is like that of a
      // condition.
      if (/\p{L} /u.test(node.text)) change('string', node, "'another text'");
    } else if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) {
      if (/\p{L} | \p{L}/u.test(node.text)) {
        const closes = node.kind === ts.SyntaxKind.TemplateTail ? 1 : 2;
        change('string', node, 'another text', node.getStart() + 1, node.end - closes);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isCall(expression: ts.Expression): boolean {
  const inner =
    ts.isAwaitExpression(expression) || ts.isVoidExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(inner) && inner.expression.kind !== ts.SyntaxKind.SuperKeyword;
}

export function mutated(text: string, { start, end, instead }: Mutant): string {
  return text.slice(0, start) + instead + text.slice(end);
}

/** The lines as they were and as they are. */
export function difference(text: string, mutant: Mutant): string[] {
  const from = text.lastIndexOf('\n', mutant.start - 1) + 1;
  const until = text.indexOf('\n', mutant.end);
  const to = until < 0 ? text.length : until;
  const now = text.slice(from, mutant.start) + mutant.instead + text.slice(mutant.end, to);
  const marked = (mark: string, lines: string) => lines.split('\n').map((line) => `${mark} ${line.trim()}`);
  return [...marked('-', text.slice(from, to)), ...marked('+', now)];
}

/**
 * A sample that the seed decides: of each operator as many, as far as there are some. Any first part of it is a
 * sample too. A change keeps its place among those of its operator as long as its line stays as it is.
 */
export function sample(
  all: readonly Mutant[],
  count: number,
  seed: number,
  textOf: (file: string) => string,
): Mutant[] {
  const before = new Map<string, number>();
  const placed = all.map((mutant) => {
    const name = [seed, mutant.file, mutant.operator, ...difference(textOf(mutant.file), mutant)].join('\n');
    const nth = before.get(name) ?? 0;
    before.set(name, nth + 1);
    return { mutant, at: createHash('sha256').update(`${name}\n${nth}`).digest('hex') };
  });
  const shuffled = placed.toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const rows = operators.map((operator) =>
    shuffled.flatMap(({ mutant }) => (mutant.operator === operator ? [mutant] : [])),
  );
  const chosen: Mutant[] = [];
  for (let round = 0; chosen.length < count && rows.some((row) => round < row.length); round++) {
    chosen.push(...rows.flatMap((row) => row.slice(round, round + 1)).slice(0, count - chosen.length));
  }
  return chosen;
}
