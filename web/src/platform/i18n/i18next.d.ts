import type common from '#locales/en/common.json'
import type identity from '#locales/en/identity.json'
import type ledger from '#locales/en/ledger.json'
import type overview from '#locales/en/overview.json'
import type people from '#locales/en/people.json'
import type problems from 'luytre/locales/en/problems.json'

// Makes the keys of `t()` typed: a module adds its JSON here. English has all plural forms, so its keys are the reference.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: {
      common: typeof common
      identity: typeof identity
      ledger: typeof ledger
      overview: typeof overview
      people: typeof people
      problems: typeof problems
    }
  }
}
