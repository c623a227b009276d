import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import { loadSettings } from '../config/config.ts';
import { Secret } from '../secret.ts';
import { releases } from '../sim/releases.ts';
import { releaseNames } from '../sim/spec.ts';
import { interruption, narrator, say, style } from './terminal.ts';
import { sayEnd } from './sign-out-result.ts';
import { stationHere } from './station-here.ts';
import { checked } from './sim.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .description('sign a simulated phone out, at the pace of a real one, with everything shown')
    .addOption(new Option('--release <version>', 'of MIUI or HyperOS').choices(releaseNames).default('14'))
    .option('--language <tag>', 'language of the screens', 'en')
    .addOption(
      new Option('--via <way>', 'the way to the account page')
        .choices(['intent', 'settings'])
        .default('settings'),
    )
    .action(
      async ({
        release,
        language,
        via,
      }: {
        release: (typeof releaseNames)[number];
        language: string;
        via: 'intent' | 'settings';
      }) => {
        const settings = loadSettings();
        const password = 'demo-password-1';
        // One of its own each time: passwords of one account are submitted twice a day at most.
        const id = String(randomInt(6_230_000_000, 6_239_999_999));
        using interrupted = interruption();
        const [{ runSignOut }, { startSims }] = await Promise.all([
          import('../runs/sign-out.ts'),
          import('../runs/sims.ts'),
        ]);
        say(`Starting a simulated ${releases[release].name} phone …`);
        await using sims = await startSims(
          [
            checked({
              release,
              language,
              helpers: 'current',
              account: {
                id,
                password,
                nickname: 'Mira',
                syncedData: ['contacts', 'messages', 'gallery', 'notes'],
              },
            }),
          ],
          settings,
          { onUnknown: say },
        );
        const serial = sims.world.phones[0]?.serial ?? '';
        say(`It is attached as ${style('bold', serial)}. What follows is`);
        say(`mi-unbind sign-out ${serial} --data keep --via ${via} --password-env MI_PASSWORD\n`);
        const request = {
          serial,
          data: 'keep' as const,
          via,
          evidence: settings.evidenceDir,
          password: new Secret(password),
        };
        await using station = stationHere(settings);
        const context = { signal: interrupted.signal, onEvent: narrator() };
        const { result, exit, error } = await runSignOut(station, request, context);
        say();
        sayEnd(result, error);
        process.exitCode = exit;
      },
    );
}
