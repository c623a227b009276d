import childProcess, { type ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { AdbShellChild, shellCommand, type Spawn } from './adb-shell-child.ts';

/**
 * Preloaded into Appium. To start a program, Node copies the tables of its whole memory: with the sessions of 32
 * phones that takes 10 to 20 ms of processor time, and Appium starts adb 14 times a session, 11 times for a
 * shell command. Those are asked of the adb server over a socket instead.
 */
const spawn = childProcess.spawn as Spawn;
const started: Spawn = (program, args, options) => {
  const command = Array.isArray(args) ? shellCommand(program, args, options) : undefined;
  return command
    ? (new AdbShellChild(command, () => spawn(program, args, options)) as unknown as ChildProcess)
    : spawn(program, args, options);
};
childProcess.spawn = started as typeof childProcess.spawn;
syncBuiltinESMExports();
