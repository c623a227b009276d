// Tones of the page. Each has a twin that is seen.
const TONES = {
  question: [
    [660, 0, 0.14],
    [880, 0.17, 0.2],
  ],
  failed: [[220, 0, 0.35]],
  found: [[1320, 0, 0.08]],
  missing: [
    [180, 0, 0.1],
    [180, 0.16, 0.1],
  ],
  batch: [
    [520, 0, 0.15],
    [660, 0.2, 0.15],
    [780, 0.4, 0.2],
  ],
};
// At most one in so many ms.
const APART = 2000;

let context;
let last = 0;

export const isOn = () => localStorage.getItem('sound') !== 'off';

/** Browsers keep a page silent until a key is pressed. */
export function isMuted() {
  context ??= new AudioContext();
  return context.state === 'suspended';
}

export function unlock() {
  context ??= new AudioContext();
  return context.resume().catch(() => undefined);
}

export function play(name, { always = false } = {}) {
  const now = performance.now();
  if (!isOn() || (!always && now - last < APART) || isMuted()) return;
  last = now;
  document.documentElement.dataset.tone = name;
  for (const [pitch, from, length] of TONES[name] ?? []) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = pitch;
    const begin = context.currentTime + from;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.25, begin + 0.01);
    volume.gain.linearRampToValueAtTime(0, begin + length);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + length);
  }
}
