# Installation and the exported package.
