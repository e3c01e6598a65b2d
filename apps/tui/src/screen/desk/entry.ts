/**
 * Where the desk's thread begins.
 */
import * as cache from "../../compileCache.ts"

cache.enable()
await import("./thread.ts")
