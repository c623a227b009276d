import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { AppiumServer } from '../host/appium.ts';
import type { CodeSource } from '../codes/source.ts';
import { loadSettings } from '../config/config.ts';
import { Secret } from '../secret.ts';
import type { Store } from '../store/store.ts';
import { openStation, type StationParts, type StationOptions } from './station.ts';

const settings = loadSettings({});
/** On a computer with an adb, as far as a look for one tells. */
function here() {
  const folder = mkdtempSync(join(tmpdir(), 'station-test-'));
  after(() => rmSync(folder, { recursive: true }));
  const name = process.platform === 'win32' ? 'adb.exe' : 'adb';
  writeFileSync(join(folder, name), '', { mode: 0o700 });
  return { ...settings, androidHome: undefined, androidSdkRoot: undefined, path: folder };
}
const faulty = () => Promise.reject(new Error('it does not work'));

/** A station whose parts note down when they are opened and closed, as far as a test does not change them. */
function noted(changes: Partial<StationParts> = {}, options: StationOptions = {}, has = settings) {
  const log: string[] = [];
  const notices: string[] = [];
  let hide: Iterable<Secret> = [];
  const opened = <T>(name: string, part: object): Promise<T> => {
    log.push(`open ${name}`);
    const close = async () => void log.push(`close ${name}`);
    return Promise.resolve({ name, stop: close, close, ...part } as T);
  };
  const parts: StationParts = {
    adb: () => opened('adb', {}),
    appium: (_settings, given) => {
      hide = given.hide;
      return opened<AppiumServer>(`Appium, log ${given.log as string}`, { hasEnded: () => false });
    },
    store: () => opened<Store>('store', {}),
    codes: (name) => opened<CodeSource>(name, {}),
    ...changes,
  };
  const onNotice = (source: string, what: string) => void notices.push(`${source}: ${what}`);
  const station = openStation(has, { onNotice, ...options }, parts);
  return { station, log, notices, hidden: () => [...hide].map((secret) => secret.reveal()), opened };
}

suite('a station opens', () => {
  test('nothing before a run needs it, and nothing to be closed', async () => {
    const { station, log } = noted();
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, []);
  });

  test('each part once for all runs, also for two that need it at the same moment', async () => {
    const { station, log } = noted();
    const all = () => Promise.all([station.store(), station.appium('a'), station.codes('imap')]);
    const [first, second] = await Promise.all([all(), all()]);
    assert.equal(first[0], second[0]);
    assert.equal(first[1], second[1]);
    assert.deepEqual(log, ['open store', 'open imap', 'open Appium, log a/appium.log']);
  });

  test('another Appium in place of one that has ended, and closes both', async () => {
    let ended = false;
    const { station, log, opened } = noted({
      appium: () => opened<AppiumServer>('Appium', { hasEnded: () => ended }),
    });
    await station.appium('a');
    ended = true;
    await station.appium('a');
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, ['open Appium', 'open Appium', 'close Appium', 'close Appium']);
  });

  test('another Appium for the phones that are begun once it has grown too large, which ends after the last of its own', async () => {
    const memory = [0, 0];
    const ports: number[] = [];
    const { station, log, notices, opened } = noted({
      appium: ({ appiumPort }) => {
        const at = ports.push(appiumPort) - 1;
        const stop = async () => void log.push(`stop ${at}`);
        return opened<AppiumServer>(`Appium ${at}`, {
          hasEnded: () => false,
          memory: () => memory[at],
          stop,
        });
      },
    });
    const [first, second, third] = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const one = await station.appium('a', first!.promise);
    assert.equal(await station.appium('b', second!.promise), one);
    memory[0] = 5000;
    const two = await station.appium('c', third!.promise);
    assert.notEqual(two, one);
    assert.deepEqual(log, ['open Appium 0', 'open Appium 1']);
    assert.match(notices[0] ?? '', /holds 5000 MB, more than APPIUM_MEMORY_MB \(1024\)/);
    first!.resolve();
    await new Promise((turn) => setImmediate(turn));
    assert.deepEqual(log.slice(2), [], 'it has another phone in hand');
    second!.reject(new Error('its run broke'));
    await new Promise((turn) => setImmediate(turn));
    assert.deepEqual(log.slice(2), ['stop 0']);
    assert.equal(await station.appium('d'), two);
    third!.resolve();
    await new Promise((turn) => setImmediate(turn));
    memory[1] = 1025;
    await station.appium('e');
    assert.deepEqual(log.slice(3), ['stop 1', 'open Appium 2'], 'nothing is done with it');
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log.slice(5), ['stop 2'], 'each is ended once');
  });

  test('a code source that could not be opened once more for the next run, and the database not', async () => {
    let tries = 0;
    const count = () => (tries++, faulty());
    const { station } = noted({ codes: count });
    for (let n = 0; n < 2; n++) await assert.rejects(station.codes('imap'), /does not work/);
    assert.equal(tries, 2);
    tries = 0;
    const other = noted({ store: count }).station;
    for (let n = 0; n < 2; n++) await assert.rejects(other.store(), /does not work/);
    assert.equal(tries, 1);
  });

  test('the SMS of each phone for its run alone, which closes them, and leaves a shared source open', async () => {
    const { station, log } = noted();
    const phone = { serial: 'p1' } as Parameters<typeof station.codes>[1];
    const own = await station.codes('phone-sms', phone);
    const shared = await station.codes('imap');
    await own.close();
    await shared.close();
    assert.deepEqual(log, ['open phone-sms', 'open imap', 'close phone-sms']);
  });

  test('for the first run the Appium that has begun to start before, with its log in the folder of that run', async () => {
    const logs: Promise<string>[] = [];
    const { station, log, opened } = noted(
      {
        appium: (_settings, { log: given }) => {
          logs.push(Promise.resolve(given));
          return opened<AppiumServer>('Appium', { hasEnded: () => false });
        },
      },
      {},
      here(),
    );
    await Promise.all([station.begin(), station.begin()]);
    assert.deepEqual(log, ['open Appium']);
    const first = await station.appium('of-the-run');
    assert.equal(await logs[0], join('of-the-run', 'appium.log'));
    assert.equal(await station.appium('of-another'), first);
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, ['open Appium', 'close Appium']);
  });

  test('no Appium before a run where a port is wanted for it, where one runs already, and where adb is missing', async () => {
    const given = here();
    for (const one of [
      { ...given, appiumPort: 4723 },
      { ...given, appiumUrl: 'http://127.0.0.1:4723' },
      { ...given, androidHome: undefined, path: '' },
    ]) {
      const { station, log } = noted({}, {}, one);
      await station.begin();
      await station[Symbol.asyncDispose]();
      assert.deepEqual(log, []);
    }
  });

  test('what a command loads next once the process of its Appium runs, long before that answers', async () => {
    let spawn: (() => void) | undefined;
    const { station } = noted(
      {
        appium: (_settings, { signal, onSpawn }) => {
          spawn = onSpawn;
          return new Promise((_, reject) =>
            signal!.addEventListener('abort', () => reject(new Error('dropped'))),
          );
        },
      },
      {},
      here(),
    );
    let begun = false;
    const beginning = station.begin().then(() => (begun = true));
    await new Promise((turn) => setImmediate(turn));
    assert.equal(begun, false);
    spawn?.();
    await beginning;
    await station[Symbol.asyncDispose]();
    const { station: faultyOne } = noted({ appium: faulty }, {}, here());
    await faultyOne.begin();
    await faultyOne[Symbol.asyncDispose]();
  });

  test('its Appium with one log for all phones where it works on jobs', async () => {
    const { station, log } = noted({}, { logs: 'station' });
    await station.appium('of-one-run');
    assert.deepEqual(log, ['open Appium, log station/appium.log']);
  });
});

suite('a station closes', () => {
  test('what it has opened in reverse order, each thing once', async () => {
    const { station, log } = noted();
    await station.store();
    await station.appium('a');
    await station.codes('imap');
    log.length = 0;
    await Promise.all([station[Symbol.asyncDispose](), station[Symbol.asyncDispose]()]);
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, ['close imap', 'close Appium, log a/appium.log', 'close store']);
  });

  test('an Appium that no run came to need, whether it has started, still starts, or cannot start', async () => {
    for (const how of ['started', 'starting', 'faulty']) {
      const { station, log, notices, opened } = noted(
        {
          appium: (_settings, { signal }) => {
            if (how === 'started') return opened<AppiumServer>('Appium', { hasEnded: () => false });
            if (how === 'faulty') return faulty();
            return new Promise((_, reject) =>
              signal!.addEventListener('abort', () => (log.push('dropped'), reject(new Error('dropped')))),
            );
          },
        },
        {},
        here(),
      );
      void station.begin();
      await new Promise((turn) => setImmediate(turn));
      await Promise.all([station[Symbol.asyncDispose](), station[Symbol.asyncDispose]()]);
      assert.deepEqual(
        [log, notices],
        [{ started: ['open Appium', 'close Appium'], starting: ['dropped'], faulty: [] }[how], []],
      );
    }
  });

  test('the two it has opened, in reverse order, when the third cannot be opened; the fault is the one of the third', async () => {
    const { station, log } = noted({ codes: faulty });
    const run = async () => {
      await using own = station;
      await own.store();
      await own.appium('a');
      log.length = 0;
      await own.codes('imap');
    };
    await assert.rejects(run(), { name: 'Error', message: 'it does not work' });
    assert.deepEqual(log, ['close Appium, log a/appium.log', 'close store']);
  });

  test('the rest too when one cannot be closed, which it notices and does not throw', async () => {
    const { station, log, notices, opened } = noted({
      appium: () => opened<AppiumServer>('Appium', { hasEnded: () => false, stop: faulty }),
    });
    await station.store();
    await station.appium('a');
    await station.codes('imap');
    log.length = 0;
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, ['close imap', 'close store']);
    assert.deepEqual(notices, ['Appium: it could not be closed: it does not work']);
  });

  test('what is still being opened, as soon as it is open', async () => {
    const opening = Promise.withResolvers<void>();
    const { station, log, opened } = noted({
      store: () => opening.promise.then(() => opened<Store>('store', {})),
    });
    void station.store();
    const closed = station[Symbol.asyncDispose]();
    opening.resolve();
    await closed;
    assert.deepEqual(log, ['open store', 'close store']);
  });

  test('a code source before the database it uses', async () => {
    const uses: StationParts['codes'] = async (name, { store }) => (
      await store(),
      opened<CodeSource>(name, {})
    );
    const { station, log, opened } = noted({ codes: uses });
    await station.codes('sms-webhook');
    await station[Symbol.asyncDispose]();
    assert.deepEqual(log, ['open store', 'open sms-webhook', 'close sms-webhook', 'close store']);
  });
});

suite('a station hides secrets from the log of Appium', () => {
  test('of each job until it is over', async () => {
    const { station, hidden } = noted({}, { logs: 'station' });
    await station.appium('a');
    const one = station.hide([new Secret('one')]);
    const two = station.hide([new Secret('two')]);
    assert.deepEqual(hidden(), ['one', 'two']);
    one[Symbol.dispose]();
    assert.deepEqual(hidden(), ['two']);
    two[Symbol.dispose]();
  });

  test('of a single command for as long as Appium may write', async () => {
    const { station, hidden } = noted();
    station.hide([new Secret('one')])[Symbol.dispose]();
    await station.appium('a');
    assert.deepEqual(hidden(), ['one']);
  });
});
