// What is used of workerd's own modules; the whole types would redefine half of the platform's.
declare module "cloudflare:workers" {
  export interface DurableObjectState {
    // oxlint-disable-next-line typescript/consistent-type-imports -- a file that imports can only add to modules
    readonly storage: import("@dwell/core/EventStore/durableObjectDriver").Storage
    readonly waitUntil: (promise: Promise<unknown>) => void
  }
  export class DurableObject<Env> {
    protected readonly ctx: DurableObjectState
    protected readonly env: Env
    constructor(ctx: DurableObjectState, env: Env)
  }
}
