/**
 * A Worker that does nothing: what its process needs, any Worker's does.
 */
export default { fetch: (): Response => new Response("nothing") }
