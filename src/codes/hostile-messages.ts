/**
 * Messages made to cost a reader time: a piece that a pattern begins to match, said again and again. For
 * tests and the benchmark.
 */

const textPieces = [
  ...'a|1 |1|\t|1\t|1\n|\n| |. |。|!|«|"|(|()|[]|【|】|*|_|—|-|#|\u0301\u0316|\ufdfa|\u202e|\u200b|Ａ|한|कि|﷽'.split(
    '|',
  ),
  ...'code |code|код |код|kodunuz |unicode|verification|vahvist|verif|postal code |почтов|заказ|код ошибк|одноразов|mã |mã đơn |رمز '.split(
    '|',
  ),
  ...'验证码|コード|バー|인증 번호|รหัส|कोड|one time |order |no.|№ |is 1|account |mi |Mi|cuenta |xiaomi|сметк|Beijing,|a-code |_code'.split(
    '|',
  ),
  ...'123456 |1234 |12:3|123-|12/|9.9|123456(|123456【|】123456|2024年|code 123456, x |code: |code::::|code for |A-|x@|a.|x.y/|a@b.c '.split(
    '|',
  ),
  ...'http://a |123456\n|order\n123456\n|code\n123456\n|code:123456If |https://x/|www.x.y/z |+1 (2) |138****'.split(
    '|',
  ),
];
const htmlPieces = [
  ...'<b>|<div>|</b>|<p>|</p>|<td>|<table>|<br>|<|<a |<a x=|&|&#|&amp;|&#x1;|<!--|<![CDATA[|<style>|.a{|.a{display:none}|}|{|<svg>|</svg>'.split(
    '|',
  ),
  ...'<text>|<title>|<script>|<i class="a a a a">|<i style=";;;;">|<i style="color:red;color:red">|<p></b>|<b></i>|<option>|<select>|<li>'.split(
    '|',
  ),
  ...'<dd><dt>|<tr><td>|<math>|<a b c d>|<a "|</|<?|<!|<b a=1 a=1>|&nbsp;|<pre>\n|<font size=1>x</font>'.split(
    '|',
  ),
];
const mailPieces = [
  ...'\n|\r\n|a\n|--b\n|--b\n\n|--b--\n|=\n|=0|=0A|\r|a|--| \n|\n \n|a=\n|("|<|> |=?utf-8?Q?a?= |charset=x '.split(
    '|',
  ),
  '--b\nContent-Type: text/html\n\n<b>x\n',
  '--b\nContent-Type: multipart/mixed; boundary=b\n\n',
  '--b\nContent-Type: message/rfc822\n\n',
];
const contentTypes = [
  'text/plain',
  'text/html',
  'multipart/mixed; boundary=b',
  'multipart/alternative; boundary=b',
  'text/plain; format=flowed',
  'text/plain; charset=x-none',
  'text/plain\r\nContent-Transfer-Encoding: base64',
  'text/html\r\nContent-Transfer-Encoding: quoted-printable',
];
const headerPieces =
  '(|"|\\"|<|a@b.c,|a,|:;|;|=?utf-8?Q?a?= | |\r\n |a: b\r\n|From: a@b\r\n|To: a@b.c\r\n|Received: by x; Mon\r\n|group:|<a@b>'.split(
    '|',
  );
const HEADER = 'From: Xiaomi <noreply@notice.xiaomi.com>\r\nTo: lab@example.com\r\nSubject: Code\r\n';

export type Hostile = { kind: 'text'; text: string } | { kind: 'mail'; raw: Buffer };

/** As many characters of it as are wanted, with a number at the end that each attempt to match runs up to. */
const again = (piece: string, length: number) =>
  `${piece.repeat(Math.ceil(length / piece.length)).slice(0, length)} 048213 x`;

const page = (piece: string, length: number): Hostile => ({
  kind: 'mail',
  raw: Buffer.from(
    `${HEADER}Content-Type: text/html\r\n\r\n<style>.a{display:none}</style>${again(piece, length)}`,
  ),
});
const body = (type: string, piece: string, length: number): Hostile => ({
  kind: 'mail',
  raw: Buffer.from(`${HEADER}Content-Type: ${type}\r\n\r\n${again(piece, length)}`),
});
const head = (name: string, piece: string, length: number): Hostile => ({
  kind: 'mail',
  raw: Buffer.from(`${name}: ${again(piece, length)}\r\n${HEADER}\r\ncode 048213`),
});

/** One of each kind. */
export function* everyHostile(length: number): Generator<Hostile & { what: string }> {
  for (const piece of textPieces)
    yield {
      what: `text of ${JSON.stringify(piece)}`,
      kind: 'text',
      text: again(piece, Math.min(length, 99_000)),
    };
  for (const piece of htmlPieces) yield { what: `HTML of ${JSON.stringify(piece)}`, ...page(piece, length) };
  for (const type of contentTypes)
    for (const piece of mailPieces)
      yield { what: `${type} of ${JSON.stringify(piece)}`, ...body(type, piece, length) };
  for (const name of ['From', 'To', 'Subject', 'Content-Type', 'Received', 'Delivered-To'])
    for (const piece of headerPieces)
      yield { what: `${name} of ${JSON.stringify(piece)}`, ...head(name, piece, Math.min(length, 60_000)) };
}

/** Any of them, of two pieces in turn. `random` gives numbers from 0 to 1. */
export function someHostile(random: () => number, length: number): Hostile {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const pieces = (from: readonly string[]) =>
    `${pick(from).repeat(1 + Math.floor(random() * 9))}${pick(from)}`;
  const kind = random();
  if (kind < 0.5) return { kind: 'text', text: again(pieces(textPieces), length) };
  if (kind < 0.75) return page(pieces([...htmlPieces, ...textPieces]), length);
  return body(pick(contentTypes), pieces([...mailPieces, ...textPieces]), length);
}
