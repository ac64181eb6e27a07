import OptimistCTorch

// Parts of a tensor. Selections and slices share memory with it; selections by index tensors and
// masks are copies. Indices are of type `int64`; one that is out of range is a programmer's error.
extension Tensor {
    /// The part at an index along an axis, which vanishes; a negative index counts from the end.
    public func select(axis: Int, _ index: Int) -> Tensor {
        make("Tensor.select", self) { ot_select(handle, axis, index, $0) }
    }

    /// A range along an axis.
    public func slice(axis: Int, _ range: Range<Int>, step: Int = 1) -> Tensor {
        make("Tensor.slice", self) {
            ot_slice(handle, axis, range.lowerBound, range.upperBound, step, $0)
        }
    }

    /// The part at an index of the first axis.
    public subscript(index: Int) -> Tensor { select(axis: 0, index) }

    /// The part at an index of the first axis, an index of the second, and so on.
    public subscript(first: Int, rest: Int...) -> Tensor {
        rest.reduce(self[first]) { $0[$1] }
    }

    /// A range of the first axis.
    public subscript(range: Range<Int>) -> Tensor { slice(axis: 0, range) }

    /// The parts at several indices `[n]` along an axis, which then has the size n.
    public func indexSelect(axis: Int, _ indices: Tensor) -> Tensor {
        make("Tensor.indexSelect", self, indices) {
            ot_index_select(handle, axis, indices.handle, $0)
        }
    }

    /// Elements picked along an axis: `indices` has the rank of the tensor and the shape of the
    /// result, and along the axis its values say which element to take.
    public func gather(axis: Int, _ indices: Tensor) -> Tensor {
        make("Tensor.gather", self, indices) { ot_gather(handle, axis, indices.handle, $0) }
    }

    /// A copy in which the elements of `source` replace those that `indices` name along an axis,
    /// the inverse of `gather`.
    public func scatter(axis: Int, _ indices: Tensor, _ source: Tensor) -> Tensor {
        make("Tensor.scatter", self, indices, source) {
            ot_scatter(handle, axis, indices.handle, source.handle, $0)
        }
    }

    /// A copy in which the elements of `source` are added to those that `indices` name along an
    /// axis.
    public func scatterAdd(axis: Int, _ indices: Tensor, _ source: Tensor) -> Tensor {
        make("Tensor.scatterAdd", self, indices, source) {
            ot_scatter_add(handle, axis, indices.handle, source.handle, $0)
        }
    }

    /// A copy in which the parts of `source` along an axis are added to those at indices `[n]`.
    public func indexAdd(axis: Int, _ indices: Tensor, _ source: Tensor) -> Tensor {
        make("Tensor.indexAdd", self, indices, source) {
            ot_index_add(handle, axis, indices.handle, source.handle, $0)
        }
    }

    /// The elements where the mask is true, in order, along one axis.
    public func maskedSelect(_ mask: Tensor) -> Tensor {
        make("Tensor.maskedSelect", self, mask) { ot_masked_select(handle, mask.handle, $0) }
    }

    /// The positions `[n, rank]` of the elements that are true, or not 0.
    public func nonzero() -> Tensor { unary("Tensor.nonzero", ot_nonzero) }
}
