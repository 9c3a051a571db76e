package storage

import _ "context"
