/**
 * The API on Cloudflare Workers: the front in the Worker, each account in a Durable Object of its own, the keys in one more.
 */
import * as zlib from "node:zlib"
import { DurableObject } from "cloudflare:workers"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
