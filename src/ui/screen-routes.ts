import type { FastifyReply, FastifyRequest } from 'fastify';
import { BusyError, MiUnbindError } from '../errors.ts';
import { phonesOnWall, type PhoneOnWall } from '../jobs/phones-seen.ts';
import { isPhoneKey, isTypable, type Gesture } from '../phone/touch.ts';
import type { PhoneControl, Done, Sure } from '../runs/control.ts';
import { LivePictures } from './live-picture.ts';
import { audit } from '../store/operators.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import type { Viewer } from './layout.ts';
import type { ServedOptions } from './page-options.ts';
import { textIn, type PageRoute } from './routes.ts';
import type { PageWord, Say } from './words/language.ts';

/** Why a phone may not be taken in hand, or looked at live; undefined: it may. */
export type Barred = { say: PageWord; by?: string } | undefined;

// How often the stream of a phone in hand says that it is there, ms.
const BEAT = 10_000;
// A finger stays at least and at most so long, ms.
const SHORTEST = 50;
const LONGEST = 3000;

export class LiveScreens {
  readonly #options: ServedOptions;
  readonly pictures: LivePictures;

  constructor(options: ServedOptions) {
    this.#options = options;
    this.pictures = new LivePictures(options);
  }

  /** No run works on it: looking live takes time of the phone. */
  async isFree(phone: PhoneOnWall): Promise<boolean> {
    if (isRunning(phone) || phone.state !== 'device') return false;
    return (
      this.#options.controls.of(phone.serial) !== undefined || !(await this.#options.isBusy(phone.serial))
    );
  }

  /** It may be taken in hand where it has no order, or waits for a person. */
  async barred(phone: PhoneOnWall): Promise<Barred> {
    const { work, serial } = phone;
    if (phone.state !== 'device') return { say: 'live-away' };
    const control = this.#options.controls.of(serial);
    if (control) return { say: 'control-taken', by: control.by };
    if (isRunning(phone) || (await this.#options.isBusy(serial))) return { say: 'control-busy' };
    return work?.state === 'waiting' ? { say: 'control-turn' } : undefined;
  }
}

const isRunning = ({ work }: PhoneOnWall) => work?.state === 'running' || work?.state === 'unrecorded';

/** Looking at phones live, and taking them in hand. */
export function screenRoutes(options: ServedOptions, screens: LiveScreens): PageRoute[] {
  const { store, station, controls } = options;
  const note = (by: string, act: string, about: Record<string, unknown>) =>
    audit(store.pool, { station, operator: by, act, about });

  return [
    {
      method: 'GET',
      url: '/phones/:station/:serial/screen',
      // Unlike pictures of the evidence, it is not painted over.
      needs: 'operate',
      async handle(request, reply, viewer) {
        const phone = await phoneIn(request);
        if (!phone) return reply.code(404).send({});
        if (!(await screens.isFree(phone))) return reply.code(409).send({ error: viewer.say('live-busy') });
        if (textIn(request.query, 'first') !== '')
          await note(nameOf(viewer), 'look-live', {
            serial: phone.serial,
            ...(phone.work && { job: phone.work.id }),
          });
        const picture = await screens.pictures.take(phone.serial);
        if (!picture) return reply.code(503).send({ error: viewer.say('live-away') });
        return reply
          .type('image/jpeg')
          .header('cache-control', 'no-store')
          .header('x-drawn', String(picture.isDrawn))
          .send(picture.jpeg);
      },
    },
    {
      method: 'POST',
      url: '/phones/:station/:serial/control',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const phone = await phoneIn(request);
        if (!phone) return reply.code(404).send({});
        const barred = await screens.barred(phone);
        if (barred) return reply.code(409).send({ error: said(barred, viewer.say) });
        const by = nameOf(viewer);
        const about = { serial: phone.serial, ...(phone.work && { job: phone.work.id }) };
        let control: PhoneControl;
        try {
          control = await controls.take(phone.serial, by, (why) => {
            void note(by, 'release-control', { ...about, why }).catch(() => undefined);
          });
          await note(by, 'take-control', about);
        } catch (fault) {
          return refused(fault, reply, viewer);
        }
        return reply.send({ id: control.id, ms: control.idle });
      },
    },
    {
      method: 'GET',
      url: '/control/:id',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const control = own(request, viewer);
        if (!control) return reply.code(404).send({});
        attendTo(control, reply);
        return reply;
      },
    },
    {
      method: 'POST',
      url: '/control/:id',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const control = own(request, viewer);
        if (!control) return reply.code(404).send({ error: viewer.say('control-over') });
        return act(control, request, reply, viewer);
      },
    },
    {
      method: 'POST',
      url: '/control/:id/release',
      needs: 'operate',
      async handle(request, reply, viewer) {
        await own(request, viewer)?.release('released');
        return reply.send({});
      },
    },
  ];

  async function phoneIn(request: FastifyRequest): Promise<PhoneOnWall | undefined> {
    const at = { station: textIn(request.params, 'station'), serial: textIn(request.params, 'serial') };
    const [phone] = await phonesOnWall(store, [at]);
    return at.station === station ? phone : undefined;
  }

  /** A phone in hand is in the hands of who took it alone. */
  function own(request: FastifyRequest, viewer: Viewer): PhoneControl | undefined {
    const control = controls.get(textIn(request.params, 'id'));
    return control?.by === nameOf(viewer) ? control : undefined;
  }

  async function act(
    control: PhoneControl,
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    const { serial } = control;
    const screen = await screens.pictures.take(serial, { isFresh: false });
    const gesture = screen && gestureIn(request.body, screen);
    if (!screen || !gesture) {
      const isText = textIn(request.body, 'kind') === 'text';
      return reply.code(400).send({ error: viewer.say(isText ? 'not-typable' : 'live-away') });
    }
    let done: Done;
    try {
      done = await control.act(gesture, screen.height, sureIn(request.body));
      await note(control.by, `control-${nameOfDeed(gesture, done)}`, {
        serial,
        ...(await jobOf(serial)),
        ...noteOf(gesture),
        ...(done.kind !== 'done' && { became: done.kind }),
      });
    } catch (fault) {
      return refused(fault, reply, viewer);
    }
    return reply.send(answerOf(done, viewer));
  }

  async function jobOf(serial: string): Promise<{ job?: string }> {
    const [phone] = await phonesOnWall(store, [{ station, serial }]);
    return phone?.work ? { job: phone.work.id } : {};
  }
}

const nameOf = ({ operator }: Viewer) => operator?.name ?? '';

export const said = ({ say: word, by = '' }: NonNullable<Barred>, say: Say): string =>
  say(word, { by: printable(by) });

const COUNTED = {
  'password-submitted': 'password',
  'password-set': 'new-password',
  'code-requested': 'code',
};
/** What the record of an operator's acts calls it. */
export const nameOfDeed = ({ kind }: Gesture, done: Done): string =>
  done.kind === 'done' ? (done.counted ? COUNTED[done.counted] : kind) : 'refused';

/** What goes into the record of it: never what was typed. */
export const noteOf = (gesture: Gesture): Record<string, unknown> =>
  gesture.kind === 'text' ? { kind: 'text' } : { ...gesture };

/** What the page says of it. */
export function answerOf(done: Done, { say }: Viewer): Record<string, unknown> {
  switch (done.kind) {
    case 'done':
      return { kind: 'done', ...(done.counted && { said: say(`counted.${done.counted}` as PageWord) }) };
    case 'ask':
      return { kind: 'ask', said: say(`sure.${done.why}` as PageWord) };
    case 'spent':
      return { kind: 'no', said: say('control-spent', { at: localTime(done.freeFrom) }) };
    case 'no-account':
      return { kind: 'no', said: say('control-no-account') };
  }
}

function refused(fault: unknown, reply: FastifyReply, { say }: Viewer): FastifyReply {
  if (fault instanceof BusyError) return reply.code(409).send({ error: say('control-busy') });
  const isKnown = fault instanceof MiUnbindError;
  return reply.code(isKnown ? 409 : 503).send({ error: say(isKnown ? 'control-over' : 'live-away') });
}

/** Places come as parts of the picture, so that its size on the page is the page's own business. */
export function gestureIn(
  body: unknown,
  { width, height }: { width: number; height: number },
): Gesture | undefined {
  const given = body as Record<string, unknown> | null;
  const place = (name: string, of: number) => {
    const part = Number(given?.[name]);
    return part >= 0 && part < 1 ? Math.floor(part * of) : undefined;
  };
  const [x, y] = [place('x', width), place('y', height)];
  const key = textIn(body, 'key');
  const text = textIn(body, 'text', 200);
  switch (textIn(body, 'kind')) {
    case 'tap':
      return x === undefined || y === undefined ? undefined : { kind: 'tap', x, y };
    case 'swipe': {
      const [toX, toY] = [place('toX', width), place('toY', height)];
      const ms = Math.round(Math.min(LONGEST, Math.max(SHORTEST, Number(given?.ms) || 0)));
      if (x === undefined || y === undefined || toX === undefined || toY === undefined) return undefined;
      return { kind: 'swipe', x, y, toX, toY, ms };
    }
    case 'text':
      return isTypable(text) ? { kind: 'text', text } : undefined;
    case 'key':
      return isPhoneKey(key) ? { kind: 'key', key } : undefined;
    default:
      return undefined;
  }
}

/** What a person has said that it does. */
export function sureIn(body: unknown): Sure | undefined {
  const sure = textIn(body, 'sure');
  return sure === 'nothing' || sure === 'password' || sure === 'code' ? sure : undefined;
}

/** As long as the browser is there, the phone is in hand; it hears when that is over. */
function attendTo(control: PhoneControl, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  raw.write('retry: 600000\n\n');
  const leave = control.attend();
  const beat = setInterval(() => raw.write(': there\n\n'), BEAT);
  const end = (why: string) => {
    if (!raw.writableEnded) raw.end(`event: over\ndata: ${JSON.stringify({ why })}\n\n`);
  };
  control.onOver(end);
  raw.on('close', () => {
    clearInterval(beat);
    leave();
  });
}
