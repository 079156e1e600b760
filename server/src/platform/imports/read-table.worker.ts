import { readTableBytes } from './read-table.ts'
import { answerOnce } from './thread-answer.ts'

await answerOnce(readTableBytes)
