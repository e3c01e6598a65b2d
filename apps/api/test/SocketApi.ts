/**
 * An API on a socket of its own, which what no client of good will sends can be sent to.
 */
import type { Api } from "./Api.ts"

export interface SocketApi extends Api {
  /** Without a slash at the end. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Of nobody's. */
export const adminKey = "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
