// A live view of the phone, while a person looks and no run works on it: at most two pictures a second.
import { asShown, notice } from './page.js';

const by = (id) => document.getElementById(id);
const look = by('look');
const PICTURE_MS = 500;
// Of how many pictures the rate is taken.
const OF = 5;
let isLooking = false;
let hurry = () => undefined;
const shownAt = [];

look?.addEventListener('click', () => (isLooking ? stopLooking() : void lookLive()));
document.addEventListener('visibilitychange', () => document.hidden && !isInHand() && stopLooking());
const isInHand = () => document.body.classList.contains('in-hand');

export function stopLooking(text = '') {
  isLooking = false;
  if (!look) return;
  look.setAttribute('aria-pressed', 'false');
  look.textContent = look.dataset.look;
  by('now').hidden = true;
  if (text) notice(text);
}

/** Takes the next picture at once: something was done on the phone. */
export const lookAgain = () => hurry();

export async function lookLive() {
  if (isLooking) return;
  isLooking = true;
  look.setAttribute('aria-pressed', 'true');
  look.textContent = look.dataset.stop;
  shownAt.length = 0;
  for (let nth = 0; isLooking; nth++) {
    const began = performance.now();
    // A page in the background is not looked at.
    if (!document.hidden) {
      const address = `${location.pathname}/screen?${nth === 0 ? 'first=1' : `n=${nth}`}`;
      const answer = await fetch(asShown(address)).catch(() => undefined);
      if (!isLooking) return;
      if (answer?.ok) await show(answer);
      else if (answer?.status !== 503 || !isInHand())
        return stopLooking((await answer?.json().catch(() => undefined))?.error ?? look.dataset.away);
    }
    const left = PICTURE_MS - (performance.now() - began);
    if (left > 0)
      await new Promise((resolve) => {
        hurry = resolve;
        setTimeout(resolve, left);
      });
  }
}

/** On a canvas, as the page loads pictures from the station alone. */
async function show(answer) {
  const picture = await globalThis.createImageBitmap(await answer.blob());
  let canvas = by('live');
  if (!canvas) {
    canvas = document.createElement('canvas');
    canvas.id = 'live';
    canvas.role = 'img';
    canvas.ariaLabel = look.dataset.look;
    by('scr').replaceChildren(canvas);
    by('scr').dispatchEvent(new Event('live'));
  }
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext('2d').drawImage(picture, 0, 0);
  by('scr').style.aspectRatio = `${picture.width}/${picture.height}`;
  canvas.dataset.shown = String(Number(canvas.dataset.shown ?? 0) + 1);
  by('drawn').hidden = answer.headers.get('x-drawn') !== 'true';
  by('now').hidden = isInHand();
  tellRate();
}

function tellRate() {
  shownAt.push(performance.now());
  if (shownAt.length > OF) shownAt.shift();
  const [first, last] = [shownAt[0], shownAt.at(-1)];
  if (shownAt.length < 2) return;
  const rate = ((shownAt.length - 1) * 1000) / (last - first);
  by('rate').textContent = by('rate').dataset.rate.replace('{n}', rate.toFixed(1).replace('.0', ''));
}
