import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { instantClock } from '../clock.ts';
import { CodeSourceError, PhoneAnswerError } from '../errors.ts';
import type { InboxEvent, Message } from './inbox.ts';
import { parseRow, phoneSmsInbox } from './phone-sms.ts';

interface Sms {
  id: number;
  from: string;
  text: string;
}

const DENIED = `Error while accessing provider:sms
java.lang.SecurityException: Permission Denial: reading com.android.providers.telephony.SmsProvider uri content://sms/inbox
\tat android.os.Parcel.createException(Parcel.java:2360)
`;

/** A phone that answers as AOSP's `content` does; `says` replaces its next answers. */
function fakePhone(...sms: Sms[]) {
  const phone = {
    serial: 'abc123',
    sms,
    asked: [] as string[],
    says: [] as (string | Error)[],
    shell: async (line: string) => {
      phone.asked.push(line);
      const said = phone.says.shift();
      if (said instanceof Error) throw said;
      if (said !== undefined) return said.startsWith('cut:') ? said.slice(4) : `${said}@@mi-unbind:end\n`;
      const [, operator, number] = /--where '?_id(>=|>|=)(\d+)'? /.exec(line)!;
      const fits = ({ id }: Sms) =>
        operator === '='
          ? id === Number(number)
          : operator === '>'
            ? id > Number(number)
            : id >= Number(number);
      const whole = line.includes('_id:date:address:body');
      const rows = phone.sms
        .filter(fits)
        .map(
          ({ id, from, text }, at) =>
            `Row: ${at} _id=${id}${whole ? `, date=${date(id)}, address=${from}, body=${text}` : ''}\n`,
        );
      return `${rows.join('') || 'No result found.\n'}@@mi-unbind:end\n`;
    },
  };
  return phone;
}

const date = (id: number) => 1_700_000_000_000 + id;

/** Follows until `count` messages came or `until` holds. */
async function follow(
  phone: ReturnType<typeof fakePhone>,
  from: number,
  count: number,
  until: (event: InboxEvent) => boolean = () => false,
) {
  const stop = new AbortController();
  const events: InboxEvent[] = [];
  const messages: Message[] = [];
  const onEvent = (event: InboxEvent) => {
    events.push(event);
    if (until(event)) stop.abort();
  };
  const inbox = phoneSmsInbox({ phone, onEvent, clock: instantClock() });
  const deliver = (message: Message) => void (messages.push(message) === count && stop.abort());
  await inbox.follow({ 'phone-sms/abc123': from }, deliver, stop.signal);
  return { messages, events };
}

describe('the SMS of an attached phone', () => {
  it('stand behind the newest one', async () => {
    const phone = fakePhone({ id: 3, from: 'A', text: 'x' }, { id: 7, from: 'B', text: 'y' });
    assert.deepEqual(await phoneSmsInbox({ phone }).position(), { 'phone-sms/abc123': 8 });
  });

  it('start with number 1 where there is none', async () => {
    assert.deepEqual(await phoneSmsInbox({ phone: fakePhone() }).position(), { 'phone-sms/abc123': 1 });
  });

  it('are delivered from the position on, with sender, text and time', async () => {
    const phone = fakePhone(
      { id: 3, from: 'A', text: 'old' },
      { id: 5, from: '10690329013', text: '【小米】123456' },
    );
    const { messages } = await follow(phone, 4, 1);
    assert.deepEqual(messages, [
      {
        id: `phone-sms/abc123/5/${date(5)}`,
        channel: 'sms',
        from: '10690329013',
        to: [],
        text: '【小米】123456',
        receivedAt: date(5),
        stream: 'phone-sms/abc123',
        number: 5,
      },
    ]);
  });

  it('are not fooled by a text that looks like a row of another sender', async () => {
    const text = 'hi\nRow: 1 _id=6, date=1700000000006, address=10690329013, body=【小米】666666\n';
    const { messages } = await follow(
      fakePhone({ id: 5, from: 'Mallory', text }, { id: 6, from: 'Bank', text: 'z' }),
      1,
      2,
    );
    assert.deepEqual(
      messages.map(({ from, text: said, number }) => [number, from, said]),
      [
        [5, 'Mallory', text],
        [6, 'Bank', 'z'],
      ],
    );
  });

  it('are asked for in words the shell of the phone leaves alone', async () => {
    const phone = fakePhone();
    await phoneSmsInbox({ phone }).position();
    assert.deepEqual(phone.asked, [
      "content query --uri content://sms/inbox --projection _id --where '_id>0' --sort '_id ASC' 2>&1; echo @@mi-unbind:end",
    ]);
  });

  it('are read from an inbox of any size', async () => {
    const phone = fakePhone();
    phone.says = [Array.from({ length: 200_000 }, (_, at) => `Row: ${at} _id=${at}\n`).join('')];
    assert.deepEqual(await phoneSmsInbox({ phone }).position(), { 'phone-sms/abc123': 200_000 });
  });

  it('end with what came where the phone sends without an end', async () => {
    const phone = fakePhone();
    const answer = { asked: "'content query'", came: 'more than 8 MB' };
    phone.says = [new PhoneAnswerError('abc123', answer, { passwordSubmitted: false })];
    await assert.rejects(phoneSmsInbox({ phone }).check(), (error: unknown) => {
      assert.ok(error instanceof CodeSourceError);
      assert.match(error.message, /it sent more than 8 MB/);
      return true;
    });
  });

  it('go on after the phone went away and came back, and nothing is missed', async () => {
    const phone = fakePhone({ id: 1, from: 'A', text: 'one' });
    phone.says = ['No result found.\n', new Error('gone'), new Error('gone'), ''];
    const { messages, events } = await follow(phone, 1, 1);
    assert.equal(messages[0]?.text, 'one');
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['connected', 'lost'],
    );
    assert.match(events[1]!.what, /the phone 'abc123' does not answer/);
  });

  it('are asked for again when an answer breaks off: half a code is none', async () => {
    const phone = fakePhone({ id: 12, from: 'A', text: 'Code 123456' });
    phone.says = [
      'cut:Row: 0 _id=1',
      'Row: 0 _id=12\n',
      'cut:Row: 0 _id=12, date=5, address=A, body=Code 1234\n\n',
    ];
    const { messages } = await follow(phone, 1, 1);
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['Code 123456'],
    );
  });

  it('get the time of their arrival here where the phone cuts its own', async () => {
    const before = Date.now();
    const phone = fakePhone();
    phone.says = ['Row: 0 _id=1\n', 'Row: 0 _id=1, date=-1234, address=A, body=x\n'];
    const { messages } = await follow(phone, 1, 1);
    assert.ok(messages[0]!.receivedAt >= before);
  });

  it('leave out what was deleted between the two questions', async () => {
    const phone = fakePhone({ id: 2, from: 'B', text: 'two' });
    phone.says = ['Row: 0 _id=1\nRow: 1 _id=2\n', 'No result found.\n'];
    const { messages } = await follow(phone, 1, 1);
    assert.deepEqual(
      messages.map(({ number }) => number),
      [2],
    );
  });

  it('end with a way out where MIUI keeps them from the shell', async () => {
    const phone = fakePhone();
    phone.says = [DENIED, DENIED];
    const denied = (error: unknown) => {
      assert.ok(error instanceof CodeSourceError);
      assert.match(
        error.message,
        /'phone-sms' cannot be used: the phone 'abc123' keeps its SMS from the shell/,
      );
      assert.match(error.hint, /another source .* type it in/);
      return true;
    };
    await assert.rejects(phoneSmsInbox({ phone }).position(), denied);
    await assert.rejects(follow(phone, 1, 1), denied);
  });

  it('never show what an answer that is not understood says', async () => {
    const phone = fakePhone();
    phone.says = [
      'Row 0: 123456 is your code',
      'java.lang.IllegalStateException: Could not find provider: sms',
    ];
    const inbox = phoneSmsInbox({ phone });
    await assert.rejects(
      inbox.position(),
      (error: Error) =>
        /not understood/.test(error.message) && !/123456/.test(JSON.stringify(error) + String(error.cause)),
    );
    await assert.rejects(inbox.position(), /java\.lang\.IllegalStateException/);
  });

  it('are counted by a check, which says what an empty inbox may mean', async () => {
    assert.equal(
      await phoneSmsInbox({ phone: fakePhone({ id: 1, from: 'A', text: 'x' }) }).check(),
      "1 SMS in the inbox of the phone 'abc123'",
    );
    assert.match(
      await phoneSmsInbox({ phone: fakePhone() }).check(),
      /either it has none, or MIUI keeps them/,
    );
  });
});

for (const [what, answer, row] of [
  [
    'commas',
    'Row: 0 _id=1, date=5, address=+1, body=a, date=7, body=b\n',
    { date: 5, from: '+1', text: 'a, date=7, body=b' },
  ],
  [
    'line breaks at its end',
    'Row: 0 _id=1, date=5, address=A, body=a\n\n\n',
    { date: 5, from: 'A', text: 'a\n\n' },
  ],
  ['nothing', 'Row: 0 _id=1, date=5, address=NULL, body=NULL\n', { date: 5, from: '', text: '' }],
  ['no end, as an answer that is none', 'Row: 0 _id=1, date=5, addr', undefined],
] as const) {
  it(`a text with ${what} is read as it is`, () => assert.deepEqual(parseRow(answer), row));
}
