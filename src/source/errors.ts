/** Errors of the operating system as expected results. */
import type { ReadFailure } from './source.ts';

/** The code of a Node.js system error (`ENOENT`), or undefined for any other thrown value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What a failed lstat, open or read means; errno(3). A name that cannot exist (part of it is a file, too long, holds
 * NUL) is a name that is not there. ELOOP is what O_NOFOLLOW answers for a link.
 */
export function readFailure(error: unknown): ReadFailure {
  switch (errorCode(error) ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ERR_INVALID_ARG_VALUE':
      return 'not-found';
    case 'EACCES':
    case 'EPERM':
      return 'permission-denied';
    case 'EISDIR':
    case 'ELOOP':
      return 'not-a-file';
    default:
      return 'read-error';
  }
}
