import type { App } from './apk.ts';
import { chunk, Pool, u16, u32, value } from './chunk.ts';

const NONE = 0xffffffff;
const ANDROID = 'http://schemas.android.com/apk/res/android';

/** Attributes are known by their number in the framework, their names only for show. */
const VERSION_CODE = 0x0101021b;
const VERSION_NAME = 0x0101021c;

/**
 * AndroidManifest.xml in binary form: <manifest package android:versionCode
 * android:versionName><application/></manifest>
 */
export function makeManifest({
  packageName,
  versionCode,
  versionName,
}: Pick<App, 'packageName' | 'versionCode' | 'versionName'>): Buffer {
  const pool = new Pool();
  // The resource map gives the first strings of the pool their framework numbers, so these two come first.
  const [code, name] = [pool.number('versionCode'), pool.number('versionName')];
  const uri = pool.number(ANDROID);
  const attribute = (namespace: number, key: number, raw: number, typed: Buffer) =>
    Buffer.concat([u32(namespace, key, raw), typed]);
  const text = (namespace: number, key: number, content: string) =>
    attribute(namespace, key, pool.number(content), value('string', pool.number(content)));

  const namespace = (type: number) => chunk(type, LINE, [u32(pool.number('android'), uri)]);
  const start = (tag: string, ...attributes: Buffer[]) =>
    chunk(0x0102, LINE, [
      u32(NONE, pool.number(tag)),
      u16(20, 20, attributes.length, 0, 0, 0),
      ...attributes,
    ]);
  const end = (tag: string) => chunk(0x0103, LINE, [u32(NONE, pool.number(tag))]);

  const nodes = [
    namespace(0x0100),
    // In the order of their numbers, as Android looks them up by bisection.
    start(
      'manifest',
      attribute(uri, code, NONE, value('integer', versionCode)),
      text(uri, name, versionName),
      text(NONE, pool.number('package'), packageName),
    ),
    start('application'),
    end('application'),
    end('manifest'),
    namespace(0x0101),
  ];
  const numbers = chunk(0x0180, Buffer.alloc(0), [u32(VERSION_CODE, VERSION_NAME)]);
  return chunk(0x0003, Buffer.alloc(0), [pool.toChunk(), numbers, ...nodes]);
}

/** Line number and comment of every node. */
const LINE = u32(1, NONE);
