# Numbers of a file as views of it. The file stays mapped into memory while one of the views exists.
from typing import Dict

from torch import Tensor, ops
from torch.nn import Module


class MappedFile(Module):
    training: bool

    # path: the bytes of the file's name in UTF-8, int64 [n] place["numbers"], int64 [4]: the type of the numbers
    # (c10/core/ScalarType.h), the first byte, how many numbers there are, and their width in bytes
    def read(self, path, place: Dict[str, Tensor]):
        numbers = place["numbers"]
        dtype, begin, count, width = int(numbers[0]), int(numbers[1]), int(numbers[2]), int(numbers[3])
        name = ""
        for i in range(path.size(0)):
            name = name + chr(int(path[i]))
        if begin % width == 0:
            first = begin // width
            return ops.aten.from_file(name, False, first + count, dtype=dtype)[first:]
        content = ops.aten.from_file(name, False, begin + count * width, dtype=0)
        return ops.aten.view_copy(content[begin:].clone(), dtype=dtype)
