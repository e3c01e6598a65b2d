/**
 * Stands in for a package that turns schemas of every library into those of OpenAPI: of Effect's, JSON Schema is one already.
 */
import { toJsonSchema } from "./standardJson.ts"

export const loadVendor = (): void => {}

export const toOpenAPISchema = async (schema: Parameters<typeof toJsonSchema>[0]): Promise<unknown> => ({
  schema: toJsonSchema(schema),
  components: undefined,
})
