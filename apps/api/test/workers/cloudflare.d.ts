// What the tests in workerd use of its modules; the whole types would redefine half of the platform's.
declare module "cloudflare:test" {
  export const SELF: { readonly fetch: (url: string, init?: RequestInit) => Promise<Response> }
}
