import { statSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { contactFor, contactsIn, firstWay, type CodeWay } from '../../account/contact.ts';
import { isMailAddress } from '../../account/mail-address.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../config/nearest.ts';
import type { Secret } from '../../secret.ts';
import type { ListedOrder, Order } from '../job.ts';
import { type Line, linesOf, PASSWORDS } from './columns.ts';
import { readTable } from './file.ts';
import { type ListFinding, tableOf } from './findings.ts';
import type { Column } from './headings.ts';
import { passwords } from './password.ts';
import { findBroken } from './broken.ts';
import { ListError, saying, type Saying } from './sayings.ts';
import { isMangled, type NamedPhone, phoneOf } from './phone.ts';

export interface ListOptions {
  /** The variable's value, or undefined when it is unset or empty. */
  takeSecret(name: string): Secret | undefined;
  /** Blanks at a password's ends belong to it. */
  keepBlanks?: boolean;
  /** Of a workbook with several lists. */
  sheet?: string | undefined;
  /** Names a code source can have. */
  codeSources: readonly string[];
}

export interface ExamineOptions extends ListOptions {
  /** A list with more rows is refused. */
  mostRows?: number;
  /** It comes from another computer: it may name no file and no variable of this one. */
  isForeign?: boolean;
}

/** A list with all that is found in it. Orders are those of rows without a problem. */
export interface ExaminedList {
  orders: ListedOrder[];
  findings: ListFinding[];
  /** Of the list, without empty ones. */
  rows: number;
  unit: 'row' | 'entry';
  /** What rows say, as it may be shown beside findings; of a password only whether it is given. */
  lines: { row: number; cells: Readonly<Record<string, string>> }[];
}

export interface List {
  orders: ListedOrder[];
  /** For people; empty where there is nothing to say. */
  warnings: string;
}

/** Words people write for ours. They are reported, not taken: what is deleted is gone. */
const MEANT: Readonly<Record<string, string>> = {
  retain: 'keep',
  save: 'keep',
  leave: 'keep',
  remove: 'delete',
  erase: 'delete',
  wipe: 'delete',
  clear: 'delete',
  reset: 'recover',
  yes: 'recover',
  no: 'stop',
  sms: 'phone',
  tel: 'phone',
  mail: 'email',
};

/**
 * Reads a list of phones: CSV, JSON or XLSX. Throws one UsageError with all that is to be corrected, as a
 * table of row, column, value and what to write instead. No message holds a password, or whose it is.
 */
export async function readList(file: string, options: ListOptions): Promise<List> {
  const { orders, findings, unit } = await examineList(file, options);
  const [problems, warnings] = [
    findings.filter(({ kind }) => kind === 'problem'),
    findings.filter(({ kind }) => kind === 'warning'),
  ];
  if (problems.length > 0) {
    throw new UsageError(
      `The list '${file}' cannot be worked off as it is, and nothing was begun:\n${tableOf(problems, unit)}`,
      "correct this and run the same command again; 'mi-unbind bulk template' gives a list to start from",
    );
  }
  return { orders, warnings: warnings.length === 0 ? '' : tableOf(warnings, unit) };
}

/** Bytes a workbook from a browser may unfold to: while one is read, the station does nothing else. */
const LARGEST_FOREIGN = 32 * 1024 * 1024;

/** Reads a list as it is. Throws a UsageError only where it is no list. */
export async function examineList(
  file: string,
  {
    takeSecret,
    codeSources,
    keepBlanks = false,
    sheet,
    mostRows = Infinity,
    isForeign = false,
  }: ExamineOptions,
): Promise<ExaminedList> {
  const table = await readTable(file, { sheet, ...(isForeign && { largest: LARGEST_FOREIGN }) });
  if (table.lines.length > mostRows)
    throw new ListError(
      { fault: 'rows', values: { most: mostRows } },
      `The list has more than ${mostRows} rows.`,
      'split it into several lists',
    );
  const findings: ListFinding[] = [];
  const lines = linesOf(table, (finding) => findings.push(finding));
  const passwordOf = passwords({ folder: dirname(file), takeSecret, keepBlanks });
  const broken = new Set(lines.filter(findBroken));
  if (isForeign) for (const line of lines) namesNothingHere(line);
  const wishes = lines
    .filter((line) => !broken.has(line))
    .map((line) => wishOf(line, isForeign && namesHere(line) ? undefined : passwordOf(line), codeSources));
  againstEachOther(wishes, table.unit);
  if (table.lines.length === 0) findings.push(ofList('problem', saying('no-phone')));
  for (const line of table.isGuessed ? lines : [])
    if (/[^\p{ASCII}]/u.test(line.text('password'))) line.problem('password', saying('letters-guessed'));
  if (lines.some((line) => line.text('password') !== '') && othersRead(file))
    findings.push(ofList('warning', saying('others-read', { file })));

  const wrong = new Set(findings.filter(({ kind }) => kind === 'problem').map(({ row }) => row));
  const right = wishes.filter(({ line }) => !wrong.has(0) && !wrong.has(line.row));
  return {
    orders: right.flatMap(listed),
    findings,
    rows: table.lines.length,
    unit: table.unit,
    lines: lines.map((line) => ({ row: line.row, cells: cellsOf(line, broken.has(line)) })),
  };
}

const SHOWN_COLUMNS = ['serial', 'imei', 'account', 'data', 'if_forgotten', 'reference'] as const;

/** Values of a row that has slipped are not shown: a part of a password may stand anywhere. */
function cellsOf(line: Line, isBroken: boolean): Record<string, string> {
  if (isBroken) return {};
  const shown = SHOWN_COLUMNS.map((column) => [column, line.text(column).slice(0, 60)] as const);
  const hasPassword = PASSWORDS.some((column) => line.text(column) !== '');
  return { ...Object.fromEntries(shown), password: hasPassword ? 'given' : '' };
}

const namesHere = (line: Line) => line.text('password_env') !== '' || line.text('password_file') !== '';

function namesNothingHere(line: Line): void {
  for (const column of ['password_env', 'password_file'] as const)
    if (line.text(column) !== '') line.problem(column, saying('names-here'));
}

/**
 * The same for an order that is listed again: the reference tells two orders of one phone and account apart.
 */
export function listKey({ reference, phone, account }: Order): string {
  return JSON.stringify([
    reference,
    'serial' in phone ? 'serial' : 'imei',
    'serial' in phone ? phone.serial : phone.imei,
    account.toLowerCase(),
  ]);
}

/** What a line asks for; undefined is what has a problem. */
interface Wish {
  line: Line;
  password: Secret | undefined;
  phone: NamedPhone | undefined;
  account: string | undefined;
  data: Order['data'] | undefined;
  ifForgotten: Order['ifForgotten'] | undefined;
  another: 'yes' | 'no' | undefined;
  recovery: Pick<Order, 'codeSource' | 'by' | 'contact'>;
  owner: Pick<Order, 'ownerEmail' | 'ownerLanguage'>;
}

function wishOf(line: Line, password: Secret | undefined, codeSources: readonly string[]): Wish {
  const phone = phoneOf(line);
  const account = addressOf(line, 'account');
  const data = oneOf(line, 'data', ['keep', 'delete']);
  const ifForgotten =
    line.text('if_forgotten') === '' ? 'stop' : oneOf(line, 'if_forgotten', ['stop', 'recover']);
  if (ifForgotten === 'stop') {
    if (PASSWORDS.every((column) => line.text(column) === ''))
      line.warning('password', saying('no-password'));
    if (line.text('code_source') !== '' || line.text('contact') !== '')
      line.warning('if_forgotten', saying('recover-only'));
  }
  const recovery = ifForgotten === 'recover' ? recoveryOf(line, codeSources) : {};
  const another = line.text('another_account') === '' ? 'no' : oneOf(line, 'another_account', ['yes', 'no']);
  return { line, password, phone, account, data, ifForgotten, another, recovery, owner: ownerOf(line) };
}

/** Whom letters go to, and in which language. */
function ownerOf(line: Line): Wish['owner'] {
  const email = line.text('owner_email');
  if (email !== '' && !isMailAddress(email)) line.problem('owner_email', saying('no-email'));
  const [language = ''] = line.text('owner_language').toLowerCase().split(/[-_]/);
  if (language !== '' && !LETTERS.includes(language))
    line.problem('owner_language', saying('no-letter', { words: LETTERS.join(', ') }));
  return { ...(email !== '' && { ownerEmail: email }), ...(language !== '' && { ownerLanguage: language }) };
}

/** Languages of letters. */
const LETTERS = ['en', 'bg', 'ru', 'zh', 'tr', 'es', 'ar'];

function listed({
  line,
  password,
  phone,
  account,
  data,
  ifForgotten,
  another,
  recovery,
  owner,
}: Wish): ListedOrder[] {
  if (!phone || account === undefined || !data || !ifForgotten) return [];
  const said = { reference: line.text('reference'), ownerConsent: line.text('owner_consent') };
  const reported = another === 'yes' ? { anotherAccount: true as const } : {};
  const order = {
    phone: phone.phone,
    account,
    data,
    ifForgotten,
    ...recovery,
    ...reported,
    ...owner,
    ...said,
  };
  return [{ order, ...(password && { password }), row: line.row }];
}

function recoveryOf(
  line: Line,
  codeSources: readonly string[],
): Pick<Order, 'codeSource' | 'by' | 'contact'> {
  const codeSource = oneOf(line, 'code_source', codeSources);
  const contacts = contactsIn(line.text('contact'));
  const asked = /^(phone|email)$/i.exec(line.text('by'))?.[0].toLowerCase() as CodeWay | undefined;
  const way = asked ?? firstWay(contacts);
  const contact = addressOf(
    line,
    'contact',
    contacts.length > 1 && way ? contactFor(way, contacts) : undefined,
  );
  if (contact === undefined) return {};
  const reported = contact.includes('@') ? 'email' : 'phone';
  const by = line.text('by') === '' ? reported : oneOf(line, 'by', ['phone', 'email']);
  if (by !== undefined && by !== reported) {
    line.problem('by', saying(`by-${reported}`));
  }
  return { ...(codeSource && { codeSource }), ...(by && { by }), contact };
}

/** An account or a contact; one number is one number, however it is written. */
function addressOf(line: Line, column: 'account' | 'contact', chosen?: string): string | undefined {
  const text = chosen ?? line.text(column);
  const number = text.replace(/^['’]/, '').replace(/[\s().-]/g, '');
  if (text === '') line.problem(column, saying(`write-${column}`));
  else if (isMangled(line, column)) line.problem(column, saying('shortened'));
  else if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  else if (/^\+?\d{6,15}$/.test(number)) return number;
  else line.problem(column, saying(`no-${column}`));
  return undefined;
}

function oneOf<Word extends string>(line: Line, column: Column, words: readonly Word[]): Word | undefined {
  const text = line.text(column).toLowerCase();
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  const meant = words.find((candidate) => candidate === MEANT[text]) ?? nearest(text, words);
  const values = {
    words: words.length > 2 ? `one of ${words.join(', ')}` : words.join(' or '),
    choice: words.join(' / '),
  };
  const isPlain = meant === undefined || text === '';
  line.problem(
    column,
    isPlain ? saying('one-of', values) : saying('one-of-near', { ...values, near: meant }),
  );
  return undefined;
}

/**
 * What two lines say that cannot both be meant. One reference may stand for many phones, and one account be
 * on many.
 */
function againstEachOther(wishes: readonly Wish[], unit: string): void {
  const phones = new Map<string, number>();
  const known = new Map<string, { password: Secret; row: number }>();
  const recovered = new Map<string, number>();
  for (const { line, phone, account: name, password, ifForgotten } of wishes) {
    const { row } = line;
    const twins = (phone?.names ?? []).map((name) => seen(phones, name.toLowerCase(), row));
    const twin = twins.find((before) => before !== undefined && before !== row);
    if (twin !== undefined)
      line.problem(line.text('serial') === '' ? 'imei' : 'serial', saying('same-phone', { unit, row: twin }));

    if (name === undefined) continue;
    // One number is one number, with + or 00 before it or without.
    const account = name.toLowerCase().replace(/^(\+|00)(?=\d)/, '');
    const other = password && seen(known, account, { password, row });
    if (other !== undefined && other.password.reveal() !== password?.reveal()) {
      const column = PASSWORDS.find((candidate) => line.text(candidate) !== '') ?? 'password';
      line.problem(column, saying('another-password', { unit, row: other.row }));
    }
    const first = ifForgotten === 'recover' ? seen(recovered, account, row) : undefined;
    if (first !== undefined) line.warning('if_forgotten', saying('recovered-twice', { unit, row: first }));
  }
}

/** What was there before under the key; else it is put there. */
function seen<Value>(map: Map<string, Value>, key: string, value: Value): Value | undefined {
  const before = map.get(key);
  if (before === undefined) map.set(key, value);
  return before;
}

function ofList(kind: ListFinding['kind'], what: Saying): ListFinding {
  return { kind, row: 0, column: '', value: '', ...what };
}

/** Windows keeps no such bits. */
function othersRead(file: string): boolean {
  return platform() !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}
