import { drawnFrom, isBlack } from '../flows/drawn.ts';
import { isPicture, pngSize } from '../formats/png.ts';
import type { SeenPage } from '../phone/touch.ts';

/** A phone's screen as a page shows it. */
export interface LivePicture {
  jpeg: Buffer;
  /** Of the screen itself, px: touches are counted in these. */
  width: number;
  height: number;
  /** It was drawn from the page's texts: the phone gives no picture of a page with a password. */
  isDrawn: boolean;
}

// Wide enough to read small letters of a phone at its size on the page, px.
const WIDTH = 540;
const QUALITY = 70;
// Who asks within this gets the same picture, ms: several may look at one phone.
const SAME = 250;

interface Eyes {
  screen: (serial: string, signal: AbortSignal) => Promise<Buffer>;
  page: (serial: string, signal: AbortSignal) => Promise<SeenPage | undefined>;
}

/** Takes pictures of phones while a person looks: one at a time of each phone, for all who look. */
export class LivePictures {
  readonly #eyes: Eyes;
  readonly #now: () => number;
  readonly #taken = new Map<
    string,
    { at: number; isDone: boolean; picture: Promise<LivePicture | undefined> }
  >();

  constructor(eyes: Eyes, now: () => number = () => performance.now()) {
    this.#eyes = eyes;
    this.#now = now;
  }

  /** The screen as it is now; not `isFresh`: as it was last. Undefined where the phone gives none. */
  take(serial: string, { isFresh = true }: { isFresh?: boolean } = {}): Promise<LivePicture | undefined> {
    const last = this.#taken.get(serial);
    if (last && (!last.isDone || !isFresh || this.#now() - last.at < SAME)) return last.picture;
    // It goes on for the others when one who looks is gone.
    const picture = this.#picture(serial, new AbortController().signal).catch(() => undefined);
    const taken = { at: this.#now(), isDone: false, picture };
    this.#taken.set(serial, taken);
    void picture.then(() => {
      taken.isDone = true;
      taken.at = this.#now();
    });
    return picture;
  }

  async #picture(serial: string, signal: AbortSignal): Promise<LivePicture | undefined> {
    const png = await this.#eyes.screen(serial, signal);
    if (!isPicture(png)) return undefined;
    const size = pngSize(png);
    if (!isBlack(png)) return { jpeg: await smaller(png), ...size, isDrawn: false };
    const page = await this.#eyes.page(serial, signal).catch(() => undefined);
    const drawn =
      page && (await drawnFrom(page.source, { screen: size, isLive: true }).catch(() => undefined));
    return { jpeg: await smaller(drawn ?? png), ...size, isDrawn: drawn !== undefined };
  }
}

async function smaller(png: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const resized = sharp(png, { limitInputPixels: 40_000_000 }).resize({
    width: WIDTH,
    withoutEnlargement: true,
  });
  return resized.flatten({ background: '#fff' }).jpeg({ quality: QUALITY }).toBuffer();
}
