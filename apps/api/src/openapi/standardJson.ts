/**
 * Replaces a package that converts schemas of every library to JSON Schema and imports all of them; ours are Effect's.
 */
type Convert = (schema: unknown, options?: Record<string, unknown>) => unknown

const vendors = new Map<string, Convert>()

export const loadVendor = (vendor: string, convert: Convert): void => {
  vendors.set(vendor, convert)
}

export const toJsonSchema = (schema: { readonly "~standard": { readonly vendor: string } }): unknown =>
  vendors.get(schema["~standard"].vendor)?.(schema)
