// What the tests in workerd use of its modules; the whole types would redefine half of the platform's.
declare module "cloudflare:workers" {
  export const DurableObject: new (state: unknown, env: unknown) => object
}

declare module "cloudflare:test" {
  interface Stub {
    readonly id: unknown
  }
  export const env: {
    readonly ACCOUNT: {
      readonly newUniqueId: () => unknown
      readonly get: (id: unknown) => Stub
    }
  }
  export const runInDurableObject: <A>(
    stub: Stub,
    use: (
      instance: unknown,
      // oxlint-disable-next-line typescript/consistent-type-imports -- a file that imports can only add to modules
      state: { readonly storage: import("../../src/store/drivers/durableObjectDriver.ts").Storage },
    ) => A | Promise<A>,
  ) => Promise<A>
}
