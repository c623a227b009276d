import { adbServerIsNamed } from '../config/config.ts';
import { startAdbServer } from './adb-server.ts';

// A live test that imports this has an adb server, also when it is run alone; `npm test` gives one to all
// files.
if (!adbServerIsNamed()) await startAdbServer();
