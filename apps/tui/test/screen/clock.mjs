// Loaded before the program: its clock says another time, and runs on as usual.
const later = Number(process.env.DWELL_TEST_LATER_MILLIS ?? 0)

if (later !== 0) {
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + later)
      else super(...given)
    }
    static now() {
      return RealDate.now() + later
    }
  }
}
