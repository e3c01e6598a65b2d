/**
 * What the engine makes of the program is kept, so that the next start is a third shorter; failing that it is made anew.
 */
import * as module from "node:module"
import { homedir } from "node:os"
import { join } from "node:path"

/** Keeps it in the cache folder, for the thread that asks. */
export const enable = (): void => {
  try {
    module.enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "dwell", "compiled"))
  } catch {
    // Whoever has no home has no cache either.
  }
}

/** Writes it now: a program that is ended by a signal would not. */
export const flush = (): void => module.flushCompileCache()
