import type assessments from '#locales/en/assessments.json'
import type common from '#locales/en/common.json'
import type departures from '#locales/en/departures.json'
import type frameworks from '#locales/en/frameworks.json'
import type gallery from '#locales/en/gallery.json'
import type identity from '#locales/en/identity.json'
import type ledger from '#locales/en/ledger.json'
import type mail from '#locales/en/mail.json'
import type needs from '#locales/en/needs.json'
import type notificationsPage from '#locales/en/notifications.json'
import type organisation from '#locales/en/organisation.json'
import type overview from '#locales/en/overview.json'
import type people from '#locales/en/people.json'
import type plans from '#locales/en/plans.json'
import type search from '#locales/en/search.json'
import type developmentPlans from 'luytre/locales/en/development-plans.json'
import type notificationTexts from 'luytre/locales/en/notifications.json'
import type problems from 'luytre/locales/en/problems.json'
import type roster from 'luytre/locales/en/roster.json'

// Makes the keys of `t()` typed: a module adds its JSON here. English has all plural forms, so its keys are the reference.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: {
      assessments: typeof assessments
      common: typeof common
      departures: typeof departures
      'development-plans': typeof developmentPlans
      frameworks: typeof frameworks
      gallery: typeof gallery
      identity: typeof identity
      ledger: typeof ledger
      mail: typeof mail
      needs: typeof needs
      notifications: typeof notificationsPage & typeof notificationTexts
      organisation: typeof organisation
      overview: typeof overview
      people: typeof people
      plans: typeof plans
      problems: typeof problems
      roster: typeof roster
      search: typeof search
    }
  }
}
