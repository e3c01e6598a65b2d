/**
 * Replaces a package that converts schemas of every library to OpenAPI. The JSON Schema of Effect is one already.
 */
import { toJsonSchema } from "./standardJson.ts"

export const loadVendor = (): void => {}

export const toOpenAPISchema = async (schema: Parameters<typeof toJsonSchema>[0]): Promise<unknown> => ({
  schema: toJsonSchema(schema),
  components: undefined,
})
