import type { Person } from 'luytre/capacity/people/people.api.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { orNull } from '#ui/form/use-form.ts'

/** What a person's form holds: named by the paths of the body. */
export interface PersonValues extends Record<string, string> {
  staffCode: string
  name: string
  reading: string
  nameCulture: string
  email: string
  'post.unitId': string
  'post.title': string
  'post.supervisorId': string
  'post.roleCode': string
  'post.startsOn': string
}

export const valuesOfPerson = (person: Person): PersonValues => ({
  staffCode: person.staffCode ?? '',
  name: person.name,
  reading: person.reading ?? '',
  nameCulture: person.nameCulture,
  email: person.email ?? '',
  'post.unitId': person.unit?.id ?? '',
  'post.title': person.title ?? '',
  'post.supervisorId': person.supervisor?.id ?? '',
  'post.roleCode': person.roleCode ?? '',
  'post.startsOn': person.startsOn ?? '',
})

export const newPersonValues = (nameCulture: Language): PersonValues => ({
  staffCode: '',
  name: '',
  reading: '',
  nameCulture,
  email: '',
  'post.unitId': '',
  'post.title': '',
  'post.supervisorId': '',
  'post.roleCode': '',
  'post.startsOn': '',
})

export const bodyOfPerson = (values: PersonValues) => ({
  staffCode: orNull(values.staffCode),
  name: values.name,
  reading: values.nameCulture === 'ja' ? orNull(values.reading) : null,
  nameCulture: values.nameCulture as Language,
  email: orNull(values.email),
  post: {
    unitId: values['post.unitId'],
    title: values['post.title'],
    supervisorId: orNull(values['post.supervisorId']),
    roleCode: orNull(values['post.roleCode']),
    startsOn: values['post.startsOn'],
  },
})
