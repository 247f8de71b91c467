/* Functions of C modules that read or fill the buffers that they are given: struct, zlib, hashes, files, sockets.
 *
 * Other containers are nothing to them. A module that is not listed is left alone: it may only keep the object.
 */
#include "call_rules.h"

static void
read_buffers(const rw_call *c)
{
    Py_ssize_t count = c->count + (c->names == NULL ? 0 : PyTuple_GET_SIZE(c->names));
    if (c->receiver != NULL) {
        rw_buffer_access(c->self, RW_OP_READ, c->receiver);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        rw_buffer_access(c->self, RW_OP_READ, c->args[i]);
    }
}

static void
fill_buffer(const rw_call *c)
{
    if (c->count >= 1) {
        rw_buffer_access(c->self, RW_OP_WRITE, c->args[0]);
    }
}

static void
fill_second(const rw_call *c)
{
    if (c->count >= 2) {
        rw_buffer_access(c->self, RW_OP_WRITE, c->args[1]);
    }
}

/* struct's own answer to how many bytes a format takes; -1 where there is none. */
static Py_ssize_t
size_of_format(const rw_call *c)
{
    PyObject *size = NULL;
    if (c->receiver != NULL) {
        size = PyObject_GetAttrString(c->receiver, "size"); /* a member of _struct.Struct */
    }
    else if (c->count > 0 && (PyUnicode_CheckExact(c->args[0]) || PyBytes_CheckExact(c->args[0]))) {
        PyObject *modules = PySys_GetObject("modules");
        PyObject *module = modules == NULL ? NULL : PyDict_GetItemString(modules, "_struct");
        PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, "calcsize");
        size = function == NULL ? NULL : PyObject_CallOneArg(function, c->args[0]);
        Py_XDECREF(function);
    }
    Py_ssize_t bytes = size == NULL ? -1 : PyLong_AsSsize_t(size);
    Py_XDECREF(size);
    PyErr_Clear();
    return bytes;
}

/* pack_into(buffer, offset, ...), unpack_from(buffer, offset=0), behind a format where it is no method of a Struct. */
static void
access_packed(const rw_call *c, enum rw_operation operation)
{
    Py_ssize_t own = c->receiver == NULL ? 1 : 0;
    PyObject *buffer = c->count > own ? c->args[own] : rw_call_keyword(c, "buffer");
    PyObject *offset = c->count > own + 1 ? c->args[own + 1] : rw_call_keyword(c, "offset");
    Py_ssize_t bytes = buffer == NULL ? -1 : size_of_format(c);
    if (bytes >= 0 && (offset == NULL || PyLong_CheckExact(offset))) {
        Py_ssize_t start = offset == NULL ? 0 : PyLong_AsSsize_t(offset);
        PyErr_Clear();
        rw_buffer_access_bytes(c->self, operation, buffer, start, bytes);
    }
}

static void
pack_into(const rw_call *c)
{
    access_packed(c, RW_OP_WRITE);
}

static void
unpack_from(const rw_call *c)
{
    access_packed(c, RW_OP_READ);
}

const rw_call_rule rw_buffer_rules[] = {
    {"_struct", "pack_into", pack_into},
    {"_struct", "unpack_from", unpack_from},
    {"_struct.Struct", "pack_into", pack_into},
    {"_struct.Struct", "unpack_from", unpack_from},
    {"_struct", NULL, read_buffers},
    {"_struct.Struct", NULL, read_buffers},
    {"zlib", NULL, read_buffers},
    {"binascii", NULL, read_buffers},
    {"_hashlib", NULL, read_buffers},
    {"_md5", NULL, read_buffers},
    {"_sha1", NULL, read_buffers},
    {"_sha2", NULL, read_buffers},
    {"_sha3", NULL, read_buffers},
    {"_hashlib.HASH", NULL, read_buffers},
    {"_codecs", NULL, read_buffers},
    {"_pickle", "loads", read_buffers},
    {"marshal", "loads", read_buffers},
    {"re.Pattern", NULL, read_buffers},
    {"_lzma.LZMACompressor", "compress", read_buffers},
    {"_bz2.BZ2Compressor", "compress", read_buffers},
    {"memoryview", "tobytes", read_buffers},
    {"memoryview", "tolist", read_buffers},
    {"memoryview", "hex", read_buffers},
    {"memoryview", "__eq__", read_buffers},
    {"bytearray", NULL, read_buffers}, /* those without a rule of their own make something new: find, split, upper */
    {"bytes", NULL, read_buffers},
    {"_io.BytesIO", "readinto", fill_buffer},
    {"_io._BufferedIOBase", "readinto", fill_buffer},
    {"_io._Buffered", "readinto", fill_buffer},
    {"_io.BufferedReader", "readinto", fill_buffer},
    {"_io.BufferedReader", "readinto1", fill_buffer},
    {"_io.FileIO", "readinto", fill_buffer},
    {"_socket.socket", "recv_into", fill_buffer},
    {"_socket.socket", "recvfrom_into", fill_buffer},
    {"posix", "readv", fill_second},
    {"posix", "write", read_buffers},
    {"_io.BytesIO", "write", read_buffers},
    {"_io.BufferedWriter", "write", read_buffers},
    {"_io.BufferedRandom", "write", read_buffers},
    {"_io.FileIO", "write", read_buffers},
    {"_socket.socket", "send", read_buffers},
    {"_socket.socket", "sendall", read_buffers},
    {"_socket.socket", "sendto", read_buffers},
    {"type", "_io.BytesIO", read_buffers},
    {"type", "_hashlib.HASH", read_buffers},
    {NULL, NULL, NULL},
};
