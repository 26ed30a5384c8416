//! Reads and writes exactly what `java.io.DataInput` and `DataOutput` read and write.
