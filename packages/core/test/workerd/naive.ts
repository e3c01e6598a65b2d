/**
 * A Worker as one would write it first: all the text, then all of it as objects.
 */
export default {
  fetch: async (request: Request): Promise<Response> => {
    const document: unknown = JSON.parse(await request.text())
    const list = typeof document === "object" && document !== null && "list" in document ? document.list : null
    return Response.json({ rows: Array.isArray(list) ? list.length : 0 })
  },
}
