import { chartsOf } from './charts-data.ts';
import { chartsPage } from './charts-page.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { stationsFor } from './wall-routes.ts';

export function chartsRoutes({ store }: ServedOptions, live: LiveEvents): PageRoute[] {
  return [
    {
      method: 'GET',
      url: '/charts',
      needs: 'look',
      async handle(request, reply, viewer) {
        const period = textIn(request.query, 'period') === '30' ? '30' : 'today';
        const charts = await chartsOf(store, period);
        const { after } = await live.view('');
        return sendPage(
          reply,
          chartsPage(charts, period, viewer, { after, stations: await stationsFor(store) }),
        );
      },
    },
  ];
}
