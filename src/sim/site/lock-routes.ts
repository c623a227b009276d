import type { FastifyInstance } from 'fastify';
import { isImei } from '../../formats/imei.ts';
import type { LockBook } from '../service/lock-book.ts';
import type { SiteSettings } from './options.ts';

/** One request for the lock of a phone, as the server saw it. */
export interface LockEntry {
  at: number;
  imei: string;
  status: number;
}

interface Desk {
  readonly settings: SiteSettings;
  now(): number;
  /** How often the lock was asked for before, of all phones. */
  readonly asked: LockEntry[];
}

/**
 * The public request behind the page for the activation lock: `GET /support/anonymous/status?ts=…&id=IMEI`. Its
 * shape and its Chinese error texts are those that clients of 2018 to 2025 read; hints at the owner are in it.
 */
export function addLockRoutes(app: FastifyInstance, locks: LockBook, desk: Desk): void {
  const { now, asked } = desk;
  app.get('/support/anonymous/status', (request, reply) => {
    const { id = '' } = request.query as { id?: string };
    const note = (status: number) => void asked.push({ at: now(), imei: id, status });
    const refuse = (status: number) => (note(status), reply.code(status));
    const say = (body: object) => (note(200), reply.type('application/json;charset=UTF-8').send(body));
    const error = (code: number, description: string) => say({ result: 'error', code, description });
    switch (desk.settings.lock) {
      case 'captcha':
        return say({
          result: 'error',
          code: 87_001,
          description: '请输入验证码',
          data: { captcha: '/pass/getCode' },
        });
      case 'busy':
        return error(10_001, '系统繁忙，请稍后再试');
      case 'page':
        return (note(200), reply.type('text/html').send('<!doctype html><title>Mi Cloud</title>'));
      case 'sign-in':
        return refuse(302).redirect('/fe/service/login');
      case 'rate-limit':
        return refuse(429).header('retry-after', '60').send();
      case 'other-shape':
        return say({ result: 'ok', code: 0, data: { locked: 'maybe' } });
      case 'other-phone':
        return say({ result: 'ok', code: 0, data: { imei: '867320210670604', locked: false, lost: false } });
      case 'answers':
        break;
    }
    if (!isImei(id)) return error(10_008, 'imei 参数错误');
    const lock = locks.get(id);
    if (!lock) return error(10_012, '设备不存在');
    const owner = lock.locked ? { phone: '+359*****456', email: 'o***r@example.com' } : {};
    return say({ result: 'ok', code: 0, description: '成功', data: { ...lock, approved: false, ...owner } });
  });
}
