import { answerWithTable } from '#platform/imports/answer-with-table.ts'
import { readDrafts } from './roster-rows.ts'

await answerWithTable(readDrafts)
