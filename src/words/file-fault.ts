const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  EEXIST: 'something else has that name',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'its disk is read-only',
  EADDRNOTAVAIL: 'this computer has no such address',
  ENOTFOUND: 'there is no host of that name',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's quota is used up",
  EIO: 'the disk does not answer',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EBUSY: 'another program uses it',
  EINVAL: 'it has no name that can be used',
  ECONNREFUSED: 'nothing listens there',
};

/**
 * Why a file, a folder or an address could not be used, in a few words where the system's fault is a common
 * one, else in its own.
 */
export function fileFault(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WHY[code] ?? message;
}

/** What gives a folder of ours another place: its own setting, the one that all have, or the user's home. */
export function placeElsewhere(setting: string): string {
  return setting === 'DATA_DIR'
    ? 'set DATA_DIR to a folder that you may write to, or HOME where it is not set'
    : `set ${setting} or DATA_DIR to a folder that you may write to, or HOME where neither is set`;
}
