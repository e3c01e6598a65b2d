/** A Worker whose Durable Object does nothing but have storage. */
import { DurableObject } from "cloudflare:workers"

export class Account extends DurableObject {}

export default { fetch: () => new Response("nothing here", { status: 404 }) }
