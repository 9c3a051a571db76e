package catalog

import _ "strings"
