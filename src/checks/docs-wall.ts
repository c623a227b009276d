import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { LivePage } from '../live/page.ts';
import { signOut } from './docs-drawing.ts';

/** The screen of a sign-out that stands on a tile, by the phone's number in its row. */
const SCREENS = `update mi_unbind.phone as phone set picture = case
  when exists (select from mi_unbind.question where question.serial = phone.serial) then '2.png'
  when exists (select from mi_unbind.job where job.serial = phone.serial and job.state = 'done') then '3.png'
  when phone.step like '%password' then '2.png'
  when phone.step like '%data' then '1.png'
  else '0.png' end`;

/** The wall of a station in a browser of this size, px: 32 phones whose screens are simulated ones. */
export async function wallPicture(width: number, height: number): Promise<Buffer> {
  const live = await LivePage.start();
  try {
    await live.fill();
    for (const [at, { png }] of (await signOut('en')).entries())
      writeFileSync(join(live.folder, `${at}.png`), png);
    await live.store.pool.query(SCREENS);
    await live.page.live.refresh();
    await live.viewport(width, height);
    await live.browser.url(`${live.url}/?theme=light&lang=en`);
    await live.browser.execute(async () => {
      for (const img of document.querySelectorAll('img')) {
        img.loading = 'eager';
        await img.decode();
      }
    });
    const shot = Buffer.from(await live.browser.takeScreenshot(), 'base64');
    return await sharp(shot).png({ palette: true, colours: 64, effort: 10 }).toBuffer();
  } finally {
    await live.stop();
  }
}
