/**
 * What the environment says, decoded once: variables of a process, or of a Worker.
 *
 * Fails    `InvalidInput` names the variable, and says nothing of a secret
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Service as Settings } from "../account/AccountSettings.ts"
import { isKey } from "../keys/keyFormat.ts"
import { readGateway, type GatewayEnvironment, textIn, type Variables, wholeNumber } from "./gatewayEnvironment.ts"
import { parse as parseVendors, type Vendors } from "./vendorCredentials.ts"

export interface Environment extends GatewayEnvironment {
  readonly settings: Settings
  readonly vendors: Vendors
  /** A key that may do all, for who sets a server up; it has the form of any key. */
  readonly adminKey: Redacted.Redacted | null
}

/** Reads the variables of a process or a Worker. */
export const read = (variables: Variables): Either.Either<Environment, InvalidInput> =>
  Either.gen(function* () {
    const zoneName = textIn(variables, "DWELL_TIMEZONE") ?? "UTC"
    const zone = yield* Either.mapLeft(
      Calendar.zone(zoneName),
      ({ issue, remedy }) => new InvalidInput({ what: "DWELL_TIMEZONE", issue, remedy }),
    )
    const categories = textIn(variables, "DWELL_CATEGORIES")
    const vendors = textIn(variables, "DWELL_VENDORS")
    const adminKey = textIn(variables, "DWELL_ADMIN_KEY")
    if (adminKey !== undefined && !isKey(adminKey)) {
      return yield* Either.left(
        new InvalidInput({
          what: "DWELL_ADMIN_KEY",
          issue: "it is no key, and would open nothing",
          remedy: "Give one that `dwell-api keys create --scope admin --account '*'` has made.",
        }),
      )
    }
    return {
      ...(yield* readGateway(variables)),
      settings: {
        zone,
        categories:
          categories === undefined ? Category.defaults : yield* Category.parse(categories, "DWELL_CATEGORIES"),
        maxBodyBytes: yield* wholeNumber(variables, "DWELL_LARGEST_BODY", 100_000_000),
        bodyIdleTimeoutSeconds: yield* wholeNumber(variables, "DWELL_BODY_SILENCE", 20),
        answerTimeoutSeconds: yield* wholeNumber(variables, "DWELL_ANSWER_SECONDS", 30),
      },
      vendors: vendors === undefined ? {} : yield* parseVendors(vendors, "DWELL_VENDORS"),
      adminKey: adminKey === undefined ? null : Redacted.make(adminKey),
    }
  })
