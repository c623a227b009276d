import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { UsageError } from '../errors.ts';
import {
  changePassword,
  MiUnbindError,
  openStation,
  recover,
  resetPassword,
  Secret,
  signOut,
  type ChangePasswordOrder,
  type RecoverOrder,
  type ResetPasswordOrder,
  type SignOutOrder,
} from '../index.ts';
import type { MiCodeWish, MiSignOutWish } from '../wdio/commands.ts';
import MiUnbindService, { type MiUnbindOptions } from '../wdio/service.ts';
import { FORMS, wellFormed } from './well-formed.ts';

const password = new Secret('Kanarie-7Qx!fink');
const code = { codeSource: 'imap', by: 'email', contact: 'lab+17@example.com' } as const;
const common = { evidence: '/tmp/e', signal: new AbortController().signal, onEvent: () => undefined };
const onPhone = { account: '6230004911', strictAccount: true, anotherAccount: false, keepHelpers: true };

/** An order with everything that it may have, by its type. */
const whole = {
  signOut: { ...common, ...onPhone, serial: '1', data: 'keep', password, via: 'settings' },
  changePassword: {
    ...common,
    ...onPhone,
    serial: '1',
    ...code,
    newPassword: password,
    saveTo: 'f',
    prove: false,
  },
  resetPassword: {
    ...{
      ...common,
      ...code,
      account: 'a@example.com',
      anotherAccount: true,
      newPassword: password,
      saveTo: 'f',
    },
    ...{ browser: 'host', language: 'en_US', headed: false },
  },
  recover: {
    ...{ ...common, ...onPhone, ...code, serial: '1', data: 'delete', newPassword: password, saveTo: 'f' },
    ...{ web: false, headed: true },
  },
  signOutMiAccount: { data: 'keep', password, via: 'intent', name: 'a', timeoutMs: 1 },
  miCode: { by: 'phone', address: '+359888123456', timeoutMs: 1 },
  MiUnbindService: {
    ...{ sims: [{ release: '14' }], phones: 'attached', played: ['a.zip'], codes: 'imap', hide: ['OTHER'] },
    settings: { DATA_DIR: '/tmp' },
  },
} satisfies {
  signOut: Required<SignOutOrder>;
  changePassword: Required<ChangePasswordOrder>;
  resetPassword: Required<ResetPasswordOrder>;
  recover: Required<RecoverOrder>;
  signOutMiAccount: Required<MiSignOutWish>;
  miCode: Required<MiCodeWish>;
  MiUnbindService: Required<MiUnbindOptions>;
};

for (const [name, order] of Object.entries(whole)) {
  const command = name as keyof typeof whole;
  test(`${command} takes all that its type has, and nothing else`, () => {
    wellFormed(command, order);
    const { must, may } = FORMS[command];
    assert.deepEqual(Object.keys({ ...must, ...may }).sort(), Object.keys(order).sort());
    for (const field of Object.keys(order)) {
      const wrong = [
        { ...order, [field]: Symbol('x') },
        { ...order, [`${field}s`]: 'x' },
      ];
      for (const one of wrong) assert.throws(() => wellFormed(command, one), UsageError, field);
      const without = { ...order, [field]: undefined };
      if (field in must) assert.throws(() => wellFormed(command, without), /is missing/);
      else wellFormed(command, without);
    }
    for (const none of [undefined, null, 'x']) assert.throws(() => wellFormed(command, none), UsageError);
  });
}

suite('a program in JavaScript', () => {
  const says = async (run: Promise<unknown>): Promise<string> => {
    const error = await run.then(
      () => assert.fail('it was taken'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof MiUnbindError);
    return `${error.message} → ${error.hint}`;
  };

  test('that misspells a field, or what becomes of the data, has nothing done', async () => {
    await using station = openStation();
    const order = { serial: '1', data: 'keep', acount: '6230004911' } as SignOutOrder;
    assert.match(
      await says(signOut(station, order)),
      /^signOut: an order has no 'acount'\. → did you mean 'account'\? It has serial, data, evidence, /,
    );
    for (const wrong of ['Keep', 'none', '', 0, null])
      assert.equal(
        await says(signOut(station, { serial: '1', data: wrong } as unknown as SignOutOrder)),
        "signOut: 'data' does not fit. → it takes 'keep' or 'delete'",
      );
    const clear = { serial: '1', data: 'keep', password: 'Kanarie' } as unknown as SignOutOrder;
    assert.equal(
      await says(signOut(station, clear)),
      "signOut: 'password' does not fit. → it takes a Secret: new Secret(text)",
    );
    const none = {} as never;
    assert.match(await says(recover(station, none)), /^recover: 'serial' is missing/);
    assert.match(await says(changePassword(station, none)), /^changePassword: 'serial' is missing/);
    assert.match(await says(resetPassword(station, none)), /^resetPassword: 'account' is missing/);
  });

  test('that names a setting which is none is refused, with the one that it may have meant', () => {
    for (const [name, words] of [
      ['DATA_DIRS', /DATA_DIRS is no setting: did you mean DATA_DIR\?/],
      ['BANANA', /BANANA is no setting/],
    ] as const)
      assert.throws(() => openStation({ settings: { [name]: '/srv/lab' } }), words);
    const port = 4723 as unknown as string;
    assert.throws(() => openStation({ settings: { APPIUM_PORT: port } }), /APPIUM_PORT has to be a text/);
  });
});

suite('the service of WebdriverIO', () => {
  const started = (options: unknown) => new MiUnbindService(options as MiUnbindOptions, {}, {});

  test('refuses an option that it does not have, with the one that was meant and all it has', () => {
    const all = 'It has sims, phones, played, codes, hide, settings';
    for (const [wrong, message] of [
      ['sim', `there is no option 'sim'.\n→ did you mean 'sims'? ${all}`],
      ['setings', `there is no option 'setings'.\n→ did you mean 'settings'? ${all}`],
      ['serials', `there is no option 'serials'.\n→ ${all.replace('It', 'it')}`],
    ] as const)
      assert.throws(() => started({ [wrong]: [] }), { message: `MiUnbindService: ${message}` });
  });

  test('refuses a value that its option does not take, and shows none of it', () => {
    for (const [option, value, takes] of [
      ['sims', { release: '14' }, 'a list of phones, or a function that gives them'],
      ['sims', ['14'], 'a list of phones, or a function that gives them'],
      ['phones', 'PH1234', "'attached' or a list of serials"],
      ['phones', [1], "'attached' or a list of serials"],
      ['played', 'a.zip', 'a list of texts'],
      ['codes', ['imap'], 'a text'],
      ['hide', 'OTHER', 'a list of texts'],
      ['settings', ['DATA_DIR'], 'an object: settings by their names'],
      ['settings', null, 'an object: settings by their names'],
    ] as const)
      assert.throws(() => started({ [option]: value }), {
        message: `MiUnbindService: '${option}' does not fit.\n→ it takes ${takes}`,
      });
  });

  test('takes all options that it has, in each form', () => {
    started({});
    started({ ...whole.MiUnbindService, sims: () => [], phones: ['PH1234'] });
    started({ sims: undefined });
  });

  test('refuses a setting which is none, with what to do', () => {
    assert.throws(() => started({ settings: { DATA_DIRS: '/srv' } }), /DATA_DIRS is no setting.*DATA_DIR\?/s);
  });
});
