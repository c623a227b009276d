import QRCode from 'qrcode';
import { html, type Html } from '../formats/html.ts';
import type { LabNow } from '../runs/lab.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type Viewer } from './layout.ts';
import { outcomeWord } from './reason-words.ts';
import type { RecordRow } from './record-shelf.ts';

/** What the QR code of a label holds: the reference and the hash of the record, a line each. */
const qrText = ({ reference, sha256 }: RecordRow): string => `${reference}\n${sha256}`;

/** A label of 62 by 29 mm. */
export function labelOf(row: RecordRow, lab: LabNow, { language }: Viewer): Html {
  const isDone = row.state === 'done';
  return html`<div class="label">${qrOf(qrText(row))}<div><b dir="auto">${printable(row.reference || row.serial)}</b><span dir="auto">${printable(row.model)}</span><span class="o">${isDone ? '✓ ' : ''}${outcomeWord(row.outcome, language)}</span><span>${localTime(row.endedAt).slice(0, 10)}</span>${labOf(lab)}</div></div>`;
}

function labOf({ name, address, logo }: LabNow): Html {
  const picture = logo && html`<img src="/logo" alt="">`;
  return html`<div class="lab">${picture}<div><span dir="auto">${printable(name)}</span>${address !== '' && html`<span class="ad" dir="auto">${printable(address)}</span>`}</div></div>`;
}

/** Black squares on white, as one path. */
function qrOf(text: string): Html {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  const squares = Array.from(data, (isDark, at) =>
    isDark ? `M${at % size} ${Math.floor(at / size)}h1v1h-1z` : '',
  ).join('');
  return html`<svg class="qr" role="img" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" aria-label="QR"><path d="${squares}"></path></svg>`;
}

export interface LabelsView {
  rows: readonly RecordRow[];
  size: '62' | 'a4';
  lab: LabNow;
}

/** Labels alone on their paper. */
export function labelsPage({ rows, size, lab }: LabelsView, viewer: Viewer): string {
  const { say } = viewer;
  const body = html`<main class="labels s${size}"><p class="bar2"><button class="btn main" type="button" id="print">${icon('print')}${say('press-print')}</button><a class="btn" href="/records">${say('records')}</a></p><h1 class="vh">${say(size === '62' ? 'label-62' : 'label-a4')}</h1><div class="paper">${rows.map((row) => labelOf(row, lab, viewer))}</div></main>`;
  return pageOf(
    {
      title: say('print-labels'),
      isBare: true,
      styles: [size === '62' ? 'label-62' : 'label-a4'],
      scripts: ['labels'],
      body,
    },
    viewer,
  );
}
