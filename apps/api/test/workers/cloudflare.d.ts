// What the tests in workerd use of its modules; the whole types would redefine half of the platform's.
declare module "cloudflare:test" {
  // oxlint-disable-next-line typescript/consistent-type-imports -- a file that imports can only add to modules
  export const env: import("../../src/worker/worker.ts").Env
  export const SELF: { readonly fetch: (url: string, init?: RequestInit) => Promise<Response> }
}
