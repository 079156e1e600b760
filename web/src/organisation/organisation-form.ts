import type { OrganisationState } from 'luytre/platform/organisations/organisations.api.ts'
import { organisationKinds } from 'luytre/platform/organisations/organisations.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { translatedOf } from '#ui/form/TranslatedField.tsx'

const textsOf = (name: string, text: Translated | null) => ({
  [`${name}.vi`]: text?.vi ?? '',
  [`${name}.en`]: text?.en ?? '',
  [`${name}.ja`]: text?.ja ?? '',
})

export type OrganisationValues = Record<string, string>

export const valuesOf = ({ name, parent, kind, predecessor, basis }: OrganisationState): OrganisationValues => ({
  ...textsOf('name', name),
  ...textsOf('parent', parent),
  ...textsOf('predecessor', predecessor),
  kind: kind ?? '',
  basis,
})

function orNull(text: Translated): Translated | null {
  return Object.keys(text).length > 0 ? text : null
}

export const contentOf = (values: OrganisationValues) => ({
  name: translatedOf(values, 'name'),
  parent: orNull(translatedOf(values, 'parent')),
  kind: organisationKinds.find(kind => kind === values['kind']) ?? null,
  predecessor: orNull(translatedOf(values, 'predecessor')),
  basis: values['basis'] ?? '',
})

/** A merger names the other side, a function that was taken over names whose it was. */
export const hasPredecessor = (change: string | undefined): boolean => change === 'merged' || change === 'took-over'
