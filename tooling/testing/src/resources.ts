/**
 * What a test file opens is closed when the file is done: the last thing first.
 *
 * `setup.ts` closes it. Modules are loaded once for all files of a worker, so an `afterAll` of their own would run for
 * the first of these files only.
 */

const open: Array<() => unknown> = []

/** Closes something when the test file is done. */
export const whenDone = (close: () => unknown): void => void open.push(close)

/** Closes everything; fails with the first failure when all of it was tried. */
export const closeAll = async (): Promise<void> => {
  const failures: Array<unknown> = []
  for (let close = open.pop(); close !== undefined; close = open.pop()) {
    try {
      await close()
    } catch (failure) {
      failures.push(failure)
    }
  }
  if (failures.length > 0) throw failures[0]
}
