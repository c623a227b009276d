import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../clock.ts';
import { openPost, type PostSettings } from './post-office.ts';
import { codeMail, codeSms, otherMail } from './post-text.ts';
import type { CodeMessage } from './post.ts';
import { SpecError, type SmsSpec } from '../spec.ts';

const sms: CodeMessage = {
  by: 'phone',
  to: '+359888123456',
  code: '482913',
  language: 'en',
  account: '6230001535',
};
const mail: CodeMessage = { ...sms, by: 'email', to: 'ivan@example.com' };

/** A post with one phone in its world, and a clock that goes on when `pass` is called. */
function arrange(settings: PostSettings = {}) {
  const received: SmsSpec[] = [];
  const sleeping: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    sleep: (_ms, _why, signal) =>
      new Promise((resolve, reject) => {
        sleeping.push(resolve);
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  };
  const phone = { receiveSms: (one: SmsSpec) => void received.push(one) };
  const post = openPost({ settings }, (number) => (number === sms.to ? phone : undefined), clock);
  return { post, received, pass: () => sleeping.splice(0).forEach((wake) => wake()) };
}

const outcomes = ({ post }: ReturnType<typeof arrange>) =>
  post.log.map(({ by, outcome }) => `${by} ${outcome}`);

describe('the post of a world', () => {
  it('brings an SMS to the phone with that number, and drops what nobody takes', async () => {
    const world = arrange();
    await world.post.send(sms);
    await world.post.send({ ...sms, to: '+4400000000' });
    await world.post.send(mail);
    assert.deepEqual(world.received, [codeSms(sms)]);
    assert.deepEqual(outcomes(world), ['phone delivered', 'phone dropped', 'email dropped']);
    assert.doesNotMatch(JSON.stringify(world.post.log), /482913/);
  });

  it('brings it twice when it is reported to', async () => {
    const world = arrange({ duplicate: true });
    await world.post.send(sms);
    assert.equal(world.received.length, 2);
  });

  it('lets a delayed message count as sent and brings it later', async () => {
    const world = arrange({ delayMs: 5000 });
    await world.post.send(sms);
    assert.deepEqual(world.received, []);
    world.pass();
    await world.post.close();
    assert.deepEqual(world.received, [codeSms(sms)]);
  });

  it('drops what is still on its way when it closes', async () => {
    const world = arrange({ delayMs: 5000 });
    await world.post.send(sms);
    await world.post.close();
    assert.deepEqual(world.received, []);
  });

  it('changes its ways, and refuses ways it does not know', async () => {
    const world = arrange({ duplicate: true });
    world.post.set({ decoyMail: 'after' });
    assert.deepEqual(world.post.settings, { delayMs: 0, duplicate: false, decoyMail: 'after' });
    assert.throws(
      () => world.post.set({ decoy: 'after' } as never),
      (error) => error instanceof SpecError && /Known keys: delayMs/.test(error.message),
    );
  });
});

describe('what is written', () => {
  it('is in the language of whoever asked, English where there are no words', () => {
    const subjects = ['en', 'bg', 'ru', 'zh-CN', 'zh_CN', 'pseudo'].map(
      (language) => codeMail({ ...mail, language }).subject,
    );
    assert.deepEqual(subjects, [
      'Xiaomi Account verification code',
      'Код за потвърждение на Xiaomi Профил',
      'Код подтверждения аккаунта Xiaomi',
      '小米帐号验证码',
      '小米帐号验证码',
      'Xiaomi Account verification code',
    ]);
    assert.match(codeSms({ ...sms, language: 'zh-CN' }).text, /^【小米】482913/);
  });

  it('has other numbers of six digits beside the code, and the other mail has no code', () => {
    const numbers = new Set(codeMail(mail).html.match(/(?<!\d)\d{6}(?!\d)/g));
    assert.ok(numbers.has('482913') && numbers.size > 5);
    assert.doesNotMatch(otherMail(mail).html, /482913/);
  });
});
